import { createHash, randomBytes } from 'node:crypto'
import { type Hex, type ListingId, type Policy, policyFor, type Runtime } from '@gristmill/protocol'
import { createBwrapExecutor } from '@gristmill/runner'
import { type Client, createSessionKey } from '@gristmill/sdk'
import { makePlace, type Place } from '../place.ts'
import { serveDatatrust } from '../processes.ts'
import { median, type Row, type Skipped } from '../row.ts'
import { NO_OPS } from './no-ops.ts'

const POLL_MS = 50
const ROWS = 200
const SECONDS_MAX = 3
/** Of text that nobody compresses, so that a row is more than a model and nobody has to review it. */
const WIDE_BYTES = 64

export interface OrdersParams {
  parent: string
  /** Orders of each runtime. */
  orders: number
}

/** From an order that is paid to the model in its sponsor's hands, with an algorithm that does nothing. */
export async function measureOrders({ parent, orders }: OrdersParams): Promise<(Row | Skipped)[]> {
  const place = await makePlace(parent)
  const server = await serveDatatrust(place)
  try {
    const rows: (Row | Skipped)[] = []
    for (const runtime of ['wasm', 'js', 'python'] as const) {
      const name = runtime === 'wasm' ? 'order paid to model delivered' : `order paid to model delivered, ${runtime}`
      if (runtime === 'python' && (await createBwrapExecutor()) === undefined) {
        rows.push({ name, skipped: 'bubblewrap, python3-numpy or namespaces are missing' })
        continue
      }
      const seconds = await secondsOf(place, server.url, { runtime, orders })
      rows.push({
        name,
        ours: median(seconds),
        peer: null,
        peerName: null,
        unit: 's',
        better: 'lower',
        target: SECONDS_MAX,
      })
    }
    return rows
  } finally {
    await server.end()
    await place.close()
  }
}

async function secondsOf(
  place: Place,
  url: string,
  { runtime, orders }: { runtime: Exclude<Runtime, 'trainer'>; orders: number },
): Promise<number[]> {
  const [maker, sponsor] = [await place.client('maker', url), await place.client('sponsor', url)]
  const { algorithm } = await sponsor.orders.sendAlgorithm({ module: NO_OPS[runtime] })
  const listing = await publishTable(place, maker, policyOf(algorithm, runtime, orders))
  const seconds: number[] = []
  for (let order = 0; order < orders; order++) {
    const session = createSessionKey()
    const run = { algorithm, parameters: {}, ackKey: session.address }
    const quote = await sponsor.orders.quote({ listing, kind: 'compute', ...run })
    const { orderId } = await sponsor.orders.place({ quote, payment: 'permit' })
    const startedAt = performance.now()
    await sponsor.orders.wait({ orderId, pollMs: POLL_MS })
    const { model } = await sponsor.orders.collectModel({ orderId, session, pollMs: POLL_MS })
    seconds.push((performance.now() - startedAt) / 1_000)
    console.error(`${runtime}: ${model.length} bytes, ${seconds.at(-1)!.toFixed(2)} s after they were paid`)
  }
  return seconds
}

function policyOf(digest: Hex, runtime: Runtime, runs: number): Policy {
  const number = (name: string) => ({ name, type: 'number' as const, minMicros: 0, maxMicros: 256_000_000 })
  return policyFor({
    table: { features: [number('x'), number('y')], label: { name: 'label', classes: ['no', 'yes'] }, ignored: ['id'] },
    algorithms: [{ digest, runtime, parameters: {} }],
    slotSeconds: 1,
    airlock: 'auto',
    runs,
  })
}

async function publishTable({ market }: Place, maker: Client, policy: Policy): Promise<ListingId> {
  const lines = Array.from({ length: ROWS }, (_, row) => {
    const [x, y] = randomBytes(2)
    return `${x},${y},${row % 2 === 0 ? 'yes' : 'no'},${randomBytes(WIDE_BYTES).toString('hex')}`
  })
  const content = Buffer.from(`x,y,label,id\n${lines.join('\n')}\n`)
  const { listing } = await maker.listings.publish({
    market,
    content,
    files: [{ name: 'table.csv', sizeBytes: content.length }],
    metadata: { name: createHash('sha256').update(content).digest('hex'), license: 'CC0-1.0' },
    prices: { compute: 1_000_000n },
    policy,
    payment: 'permit',
  })
  while ((await maker.listings.get({ listing })) === undefined) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
  return listing
}
