import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createSessionKey } from '@gristmill/sdk'
import { publishAsset, writeRandom } from './asset.ts'
import { makePlace } from './place.ts'
import { serveDatatrust } from './processes.ts'
import { median, type Row } from './row.ts'

const POLL_MS = 20
const SIZE_BYTES = 1_048_576

export interface RevealsParams {
  parent: string
  orders: number
}

/**
 * From an order that is paid to the key in its buyer's hands, of an asset of a MiB and on a chain whose blocks come as they
 * are needed: what is left is the time of datatrust and client, and how many blocks a slower chain has to bring in between.
 */
export async function measureReveals({ parent, orders }: RevealsParams): Promise<Row[]> {
  const folder = await mkdtemp(join(parent, 'gristmill-bench-'))
  const place = await makePlace(parent)
  const server = await serveDatatrust(place)
  try {
    const asset = join(folder, 'asset')
    await writeRandom(asset, SIZE_BYTES)
    const listing = await publishAsset(place, server.url, asset, SIZE_BYTES)
    const buyer = await place.client('buyer', server.url)
    const seconds: number[] = []
    const blocks: number[] = []
    for (let order = 0; order < orders; order++) {
      const session = createSessionKey()
      const quote = await buyer.orders.quote({ listing, kind: 'access', ackKey: session.address })
      const { orderId } = await buyer.orders.place({ quote, payment: 'permit' })
      const startedAt = performance.now()
      await buyer.orders.wait({ orderId, pollMs: POLL_MS })
      const { content, verified } = await buyer.orders.download({ orderId, session, pollMs: POLL_MS })
      for await (const _ of content);
      await verified
      seconds.push((performance.now() - startedAt) / 1_000)
      const events = await buyer.orders.events({ fromBlock: 0, toBlock: 'latest', orderIds: [orderId] })
      const blockOf = (type: string) => events.find((event) => event.type === type)!.blockNumber
      blocks.push(blockOf('revealed') - blockOf('placed'))
    }
    const own = { peer: null, peerName: null, better: 'lower' } as const
    return [
      { name: 'payment to revealed key', ours: median(seconds), unit: 's', ...own },
      { name: 'blocks from payment to revealed key', ours: median(blocks), unit: 'blocks', ...own },
    ]
  } finally {
    await server.end()
    await place.close()
    await rm(folder, { recursive: true, force: true })
  }
}
