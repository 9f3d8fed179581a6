import { randomBytes } from 'node:crypto'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import type { ListingId } from '@gristmill/protocol'
import { createSessionKey } from '@gristmill/sdk'
import { sql } from 'kysely'
import { DatabaseUrl } from '../dist/db/database-url.js'
import { openDatabase } from '../dist/db/open-database.js'
import { NO_POSTGRES, PostgresServer } from '../tests/_postgres.ts'
import { authorize } from './authorize.ts'
import { makePlace, type Place } from './place.ts'
import { serveDatatrust } from './processes.ts'
import { quantile, type Row } from './row.ts'

const UPLOAD_BYTES = 1_000
const AT_ONCE = 8
const FEW = 100

export interface RequestsParams {
  parent: string
  /** Of the larger catalogue. */
  listings: number
  /** A tenth of it are quotes, of one account: the datatrust takes 200 open ones. */
  reads: number
}

/** What is asked for. */
const NAMES = {
  quotes: 'quotes',
  uploads: 'uploads of a kilobyte',
  reads: 'catalogue reads',
  searches: 'catalogue searches',
  common: 'catalogue searches for a common word',
} as const

interface Measured {
  perSecond: number
  p99Ms: number
}

/** What is asked for often, with few listings and with many: over the embedded database, and over PostgreSQL where it is installed. */
export async function measureRequests(params: RequestsParams): Promise<Row[]> {
  const embedded = await measureAll(params, '')
  if (NO_POSTGRES !== undefined) {
    console.error(`no rows over PostgreSQL: ${NO_POSTGRES}`)
    return embedded
  }
  // As an operator runs it: every commit is flushed.
  await using server = await PostgresServer.start([])
  return [...embedded, ...(await measureAll(params, ' over PostgreSQL', await server.createDatabase()))]
}

async function measureAll(
  { parent, listings, reads }: RequestsParams,
  suffix: string,
  databaseUrl?: string,
): Promise<Row[]> {
  const place = await makePlace(parent, databaseUrl)
  try {
    const listing = await publishOne(place)
    await fillCatalogue(place, listing, FEW)
    const few = await measureWith(place, listing, { who: 'buyer', reads })
    await fillCatalogue(place, listing, listings)
    const many = await measureWith(place, listing, { who: 'patron', reads })
    return Object.entries(NAMES).flatMap(([kind, name]) =>
      compare(`${name}${suffix}`, listings, few[kind as keyof typeof NAMES], many[kind as keyof typeof NAMES]),
    )
  } finally {
    await place.close()
  }
}

function compare(name: string, listings: number, few: Measured, many: Measured): Row[] {
  const peerName = `ours with ${FEW} listings`
  return [
    { name, ours: few.perSecond, peer: null, peerName: null, unit: 'per second', better: 'higher' },
    { name: `${name} p99`, ours: few.p99Ms, peer: null, peerName: null, unit: 'ms', better: 'lower' },
    {
      name: `${name} with ${listings} listings`,
      ours: many.perSecond,
      peer: few.perSecond,
      peerName,
      unit: 'per second',
      better: 'higher',
    },
  ]
}

async function publishOne(place: Place): Promise<ListingId> {
  const server = await serveDatatrust(place)
  try {
    const maker = await place.client('maker', server.url)
    const content = randomBytes(10_000)
    const { listing } = await maker.listings.publish({
      market: place.market,
      content,
      files: [{ name: 'asset', sizeBytes: content.length }],
      metadata: { name: 'Bench', license: 'CC0-1.0' },
      prices: { access: 1_000_000n },
      payment: 'permit',
    })
    while ((await maker.listings.get({ listing })) === undefined)
      await new Promise((resolve) => setTimeout(resolve, 50))
    return listing
  } finally {
    await server.end()
  }
}

/** Copies of the one listing, until there are `count`; the chain knows only the first. */
async function fillCatalogue({ directory, databaseUrl }: Place, listing: ListingId, count: number): Promise<void> {
  const where = databaseUrl === undefined ? undefined : { url: new DatabaseUrl(databaseUrl), maxConnections: 1 }
  const db = await openDatabase(where ?? { directory: join(directory, 'db') })
  const have = await db
    .selectFrom('catalogue')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  const numbers = sql`generate_series(CAST(${have.count} AS int), CAST(${count - 1} AS int)) AS i`
  const id = sql`'0x' || lpad(to_hex(i), 64, '0')`
  // Each with an upload of its own, and an order that is over.
  await sql`INSERT INTO uploads (account, upload_id, files, size_bytes, created_at, secret, blob_key, content_root, key_packets)
    SELECT account, ${id}, u.files, u.size_bytes, u.created_at, u.secret, 'assets/' || i, u.content_root, u.key_packets
    FROM uploads u JOIN listings l ON l.maker = u.account AND l.upload_id = u.upload_id, ${numbers}
    WHERE l.listing = ${listing}`.execute(db)
  await sql`INSERT INTO listings (listing, market, maker, upload_id, content_root, size_bytes, policy_hash, metadata_hash, metadata)
    SELECT ${id}, market, maker, ${id}, content_root, size_bytes, policy_hash, metadata_hash, metadata
    FROM listings, ${numbers} WHERE listing = ${listing}`.execute(db)
  await sql`INSERT INTO quotes (digest, order_id, deal, goods, signature, recipient_public_key, buyer, maker, kind, place_by)
    SELECT ${id}, ${id}, '{}', '{}', '0x', '0x', maker, maker, 'access', 0
    FROM listings, ${numbers} WHERE listing = ${listing}`.execute(db)
  await sql`INSERT INTO orders (order_id, digest, listing, buyer, maker, kind, state, fulfil_by)
    SELECT ${id}, ${id}, ${id}, maker, maker, 'access', 'done', 0
    FROM listings, ${numbers} WHERE listing = ${listing}`.execute(db)
  await sql`INSERT INTO catalogue SELECT l.listing, l.position, c.market, c.asset, c.maker, c.access_price, c.compute_price,
      c.exit_at, 'bench ' || l.position, 'bench ' || l.position, c.size_bytes, c.document_bytes
    FROM listings l, catalogue c WHERE c.listing = ${listing}
    AND NOT EXISTS (SELECT 1 FROM catalogue k WHERE k.listing = l.listing)`.execute(db)
  await sql`ANALYZE`.execute(db)
  await db.destroy()
}

async function measureWith(
  place: Place,
  listing: ListingId,
  { who, reads: count }: { who: 'buyer' | 'patron'; reads: number },
) {
  const server = await serveDatatrust(place)
  try {
    const bodies = Array.from({ length: Math.ceil(count / 10) }, () =>
      JSON.stringify({
        listing,
        kind: 'access',
        n: BigInt(`0x${randomBytes(8).toString('hex')}`).toString(),
        ackKey: createSessionKey().address,
      }),
    )
    // Signed ahead: what the client takes for that is not the datatrust's. Another account each time: its quotes are counted.
    const wallet = place.wallet(who)
    const signed: string[] = []
    for (const body of bodies) signed.push(await authorize(place, wallet, 'POST', '/v1/quotes', body))
    const quotes = await measure(bodies.length, (i) =>
      send(
        server.url,
        'POST',
        '/v1/quotes',
        { authorization: signed[i]!, 'content-type': 'application/json' },
        bodies[i],
      ),
    )
    const reads = await measure(count, () => send(server.url, 'GET', '/v1/listings?limit=20', {}))
    const searches = await measure(bodies.length, (i) =>
      send(server.url, 'GET', `/v1/listings?words=${i + 10}&sort=name&limit=20`, {}),
    )
    const common = await measure(bodies.length, () =>
      send(server.url, 'GET', '/v1/listings?words=bench&sort=name&limit=20', {}),
    )
    const maker = await place.client('maker', server.url)
    const uploads = await measure(Math.ceil(count / 25), async () => {
      const files = [{ name: 'asset', sizeBytes: UPLOAD_BYTES }]
      await maker.listings.upload({ files, content: randomBytes(UPLOAD_BYTES) })
    })
    return { quotes, reads, searches, common, uploads }
  } finally {
    await server.end()
  }
}

/** Sends `count` requests, a few at a time, after some that do not count. */
async function measure(count: number, ask: (index: number) => Promise<void>): Promise<Measured> {
  const times: number[] = []
  let next = 0
  const startedAt = performance.now()
  const worker = async () => {
    while (next < count) {
      const index = next
      next += 1
      const askedAt = performance.now()
      await ask(index)
      times.push(performance.now() - askedAt)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return { perSecond: (count / (performance.now() - startedAt)) * 1000, p99Ms: quantile(times, 0.99) }
}

const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })

function send(
  base: string,
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = request(`${base}${path}`, { method, headers, agent }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`${path}: ${response.statusCode} ${text}`)),
      )
    })
    call.on('error', reject)
    call.end(body)
  })
}
