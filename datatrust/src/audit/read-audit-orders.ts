import {
  dealSchema,
  goodsSchema,
  metadataSchema,
  type OrderId,
  type Receipt,
  receiptHash,
  receiptSchema,
  ZERO_ADDRESS,
  ZERO_BYTES32,
} from '@gristmill/protocol'
import { sql } from 'kysely'
import type { Database } from '../db/open-database.js'
import { type AuditRange, type AuditRow, isoInstant, PAGE_ROWS } from './audit-row.js'

/** Names of listings that are remembered: orders of one follow each other. */
const NAMES_MAX = 1_000
/** A name is cut there, code points. */
const NAME_MAX = 200

/** A row for each order: what was agreed, and what became of it. Those whose block is gone come last. */
export async function* readOrders(db: Database, range: AuditRange): AsyncGenerator<AuditRow[], void, undefined> {
  const names = new Map<string, string>()
  for (const isPlaced of [true, false]) {
    let last: { placed_block: number | null; order_id: OrderId } | undefined
    for (;;) {
      const rows = await ordersAfter(db, range, isPlaced, last)
      if (rows.length > 0) yield await told(db, rows, names)
      last = rows.at(-1)
      if (rows.length < PAGE_ROWS || last === undefined) break
    }
  }
}

type OrdersPage = Awaited<ReturnType<typeof ordersAfter>>

async function ordersAfter(
  db: Database,
  { since, until, listing, account }: AuditRange,
  isPlaced: boolean,
  last: { placed_block: number | null; order_id: OrderId } | undefined,
) {
  // The page first, by its index, and then what belongs to it: a planner without statistics would join everything.
  let page = db.selectFrom('orders').selectAll().limit(PAGE_ROWS)
  if (isPlaced) page = page.where('placed_block', 'is not', null).orderBy('placed_block').orderBy('order_id')
  else page = page.where('placed_block', 'is', null).orderBy('order_id')
  if (last !== undefined) {
    const { placed_block, order_id } = last
    page = page.where(({ eb, refTuple, tuple }) =>
      placed_block === null
        ? eb('order_id', '>', order_id)
        : eb(refTuple('placed_block', 'order_id'), '>', tuple(placed_block, order_id)),
    )
  }
  // Placed when it was not written down yet: told rather than left out.
  page = page.where(({ eb, or, and }) =>
    or([eb('placed_at', 'is', null), and([eb('placed_at', '>=', since), eb('placed_at', '<', until)])]),
  )
  if (listing !== undefined) page = page.where('listing', '=', listing)
  if (account !== undefined) {
    page = page.where(({ eb, or }) => or([eb('buyer', '=', account), eb('maker', '=', account)]))
  }
  const orders = await page.execute()
  if (orders.length === 0) return []
  const digests = orders.map(({ digest }) => digest)
  const ids = orders.map(({ order_id }) => order_id)
  const listings = [...new Set(orders.map((order) => order.listing))]
  const [quotes, contents, decisions] = await Promise.all([
    db.selectFrom('quotes').select(['digest', 'deal', 'goods']).where('digest', 'in', digests).execute(),
    db
      .selectFrom('listings')
      .select(['listing', 'content_root'])
      .select(sql<boolean>`coalesce(policy::jsonb #>> '{release,airlock}' = 'two-person', false)`.as('needs_two'))
      .where('listing', 'in', listings)
      .execute(),
    db.selectFrom('decisions').select(['order_id', 'approved']).where('order_id', 'in', ids).execute(),
  ])
  const [quoteOf, contentOf] = [
    new Map(quotes.map((quote) => [quote.digest, quote])),
    new Map(contents.map((content) => [content.listing, content])),
  ]
  return orders.flatMap((order) => {
    const [quote, content] = [quoteOf.get(order.digest), contentOf.get(order.listing)]
    // Foreign keys: both are there.
    if (quote === undefined || content === undefined) return []
    const { deal, goods } = quote
    const { content_root, needs_two } = content
    const made = decisions.filter(({ order_id }) => order_id === order.order_id)
    return [{ ...order, deal, goods, content_root, decision: decisionOf(made, needs_two ? 2 : 1) }]
  })
}

/** What was decided in all: one rejection is enough, approvals have to be as many as are needed. */
function decisionOf(made: readonly { approved: boolean }[], needed: number): 'approved' | 'rejected' | '' {
  if (made.some(({ approved }) => !approved)) return 'rejected'
  return made.length >= needed ? 'approved' : ''
}

async function told(db: Database, rows: OrdersPage, names: Map<string, string>): Promise<AuditRow[]> {
  const ids = rows.map(({ order_id }) => order_id)
  const [events, acts, sent] = await Promise.all([
    db.selectFrom('chain_events').selectAll().where('order_id', 'in', ids).orderBy('block_number').execute(),
    db
      .selectFrom('acts')
      .select(['order_id', 'type', 'happened_at'])
      .where('order_id', 'in', ids)
      .where('type', 'in', ['approved', 'rejected', 'acknowledged'])
      .orderBy('position')
      .execute(),
    db
      .selectFrom('deliveries')
      .select(({ fn }) => [
        'order_id',
        fn.sum<number>('answers').as('answers'),
        fn.sum<number>('offered_bytes').as('offered'),
        fn.sum<number>('sent_bytes').as('sent'),
        fn.min('first_at').as('first'),
        fn.max('last_at').as('last'),
      ])
      .where('order_id', 'in', ids)
      .groupBy('order_id')
      .execute(),
  ])
  const told: AuditRow[] = []
  for (const row of rows) {
    const of = <Known extends { order_id: string | null }>(known: readonly Known[]) =>
      known.filter(({ order_id }) => order_id === row.order_id)
    const [own, done, [bytes]] = [of(events), of(acts), of(sent)]
    const name = names.get(row.listing) ?? (await nameOf(db, row.listing))
    if (names.size >= NAMES_MAX) names.clear()
    names.set(row.listing, name)
    told.push({
      ...agreed(row, name),
      ...became(row, own),
      ...personal(row, done),
      ...(bytes === undefined
        ? {}
        : {
            answers: String(bytes.answers),
            offeredBytes: String(bytes.offered),
            sentBytes: String(bytes.sent),
            firstSentAt: isoInstant(bytes.first),
            lastSentAt: isoInstant(bytes.last),
          }),
    })
  }
  return told
}

/** One at a time: a listing's description may be large. */
async function nameOf(db: Database, listing: string): Promise<string> {
  const row = await db
    .selectFrom('listings')
    .select('metadata')
    .where('listing', '=', listing as never)
    .executeTakeFirst()
  if (row === undefined) return ''
  return [...metadataSchema.parse(JSON.parse(row.metadata)).name].slice(0, NAME_MAX).join('')
}

type OrderPageRow = OrdersPage[number]

function agreed(row: OrderPageRow, name: string): AuditRow {
  const deal = dealSchema.parse(JSON.parse(row.deal))
  const goods = goodsSchema.parse(JSON.parse(row.goods))
  const isRun = row.kind === 'compute'
  const delivery = isRun ? 'run' : deal.ackKey === ZERO_ADDRESS ? 'direct' : 'fair'
  return {
    type: 'order',
    at: row.placed_at === null ? '' : isoInstant(row.placed_at),
    order: row.order_id,
    listing: row.listing,
    asset: row.content_root,
    name,
    kind: row.kind,
    delivery,
    buyer: row.buyer,
    maker: row.maker,
    token: deal.asset,
    price: deal.price.toString(),
    placedBlock: row.placed_block === null ? '' : String(row.placed_block),
    ...(isRun ? { algorithm: goods.algorithm, parametersHash: goods.parametersHash } : {}),
    state: row.placed_block === null ? 'block-gone' : row.state,
    closedBecause: row.closed_because ?? '',
    ...(row.receipt === null ? {} : receiptColumns(receiptSchema.parse(JSON.parse(row.receipt)))),
    receiptSignature: row.receipt_signature ?? '',
    provenance: row.provenance ?? '',
  }
}

function receiptColumns(receipt: Receipt) {
  return {
    receipt: receiptHash(receipt),
    verdict: receipt.verdict,
    releasedHash: receipt.releasedHash === ZERO_BYTES32 ? '' : receipt.releasedHash,
    releasedBytes: receipt.releasedBytes.toString(),
    leakBits: receipt.leakBits.toString(),
  }
}

interface ToldEvent {
  type: string
  happened_at: number
  transaction_hash: string
}

/** What the chain says of it. A direct delivery is marked and settled by one transaction. */
function became({ kind, ack, deal }: OrderPageRow, events: readonly ToldEvent[]) {
  const find = (...types: string[]) => events.find(({ type }) => types.includes(type))
  const isDirect = kind === 'access' && dealSchema.parse(JSON.parse(deal)).ackKey === ZERO_ADDRESS
  const marked = find('revealed', 'fulfilled') ?? (isDirect ? find('settled') : undefined)
  const ended = find('settled', 'refunded')
  const placed = find('placed')
  return {
    ack: ack ?? '',
    ...(placed === undefined ? {} : { placedTransaction: placed.transaction_hash }),
    ...(marked === undefined
      ? {}
      : {
          marked: marked.type === 'settled' ? 'delivered' : marked.type,
          markedAt: isoInstant(marked.happened_at),
          markedTransaction: marked.transaction_hash,
        }),
    ...(ended === undefined
      ? {}
      : {
          ended: ended.type,
          endedAt: isoInstant(ended.happened_at),
          endedTransaction: ended.transaction_hash,
        }),
  }
}

function personal({ decision, cipher_root }: OrderPageRow, acts: readonly { type: string; happened_at: number }[]) {
  // The last: what came before was not enough.
  const decided = acts.findLast(({ type }) => type === 'approved' || type === 'rejected')
  const acknowledged = acts.find(({ type }) => type === 'acknowledged')
  return {
    decision,
    cipherRoot: cipher_root ?? '',
    ...(decided === undefined || decision === '' ? {} : { decidedAt: isoInstant(decided.happened_at) }),
    ...(acknowledged === undefined ? {} : { acknowledgedAt: isoInstant(acknowledged.happened_at) }),
  }
}

/** A row for each order that was placed here and that this database knows from the chain only. */
export async function* readLostOrders(db: Database, range: AuditRange): AsyncGenerator<AuditRow[], void, undefined> {
  const { since, until, listing, account } = range
  let last: { placed_block: number; order_id: OrderId } | undefined
  for (;;) {
    let select = db
      .selectFrom('lost_orders')
      .selectAll()
      .where('placed_at', '>=', since)
      .where('placed_at', '<', until)
      .orderBy('placed_block')
      .orderBy('order_id')
      .limit(PAGE_ROWS)
    if (listing !== undefined) select = select.where('listing', '=', listing)
    if (account !== undefined) {
      select = select.where(({ eb, or }) => or([eb('buyer', '=', account), eb('maker', '=', account)]))
    }
    if (last !== undefined) {
      const { placed_block, order_id } = last
      select = select.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('placed_block', 'order_id'), '>', tuple(placed_block, order_id)),
      )
    }
    const rows = await select.execute()
    if (rows.length > 0) {
      yield rows.map((row) => ({
        type: 'lost-order',
        at: isoInstant(row.placed_at),
        order: row.order_id,
        listing: row.listing,
        kind: row.kind,
        delivery: row.kind === 'compute' ? 'run' : row.is_fair ? 'fair' : 'direct',
        buyer: row.buyer,
        maker: row.maker,
        token: row.token,
        price: row.price,
        placedBlock: String(row.placed_block),
        algorithm: row.algorithm === ZERO_BYTES32 ? '' : row.algorithm,
        state: 'lost',
      }))
    }
    last = rows.at(-1)
    if (rows.length < PAGE_ROWS || last === undefined) return
  }
}
