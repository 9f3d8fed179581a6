import { goodsHash, type OrderId } from '@gristmill/protocol'
import { ContractRevertError, type Settlement } from '@gristmill/sdk'
import type { Context } from '../context.js'
import type { Database } from '../db/open-database.js'
import type { OrderRow } from '../db/schema.js'
import type { Claims } from '../worker/claims.js'
import type { Patience } from '../worker/patience.js'
import { termsOf } from './order.js'

/** Orders among which a batch is looked for: more than one batch, so that what cannot be settled holds up nothing else. */
const WAITING_ORDERS = 1_000
/** A node looks at a call as of its latest block, which may be as much older than now, seconds. */
const BLOCK_SECONDS = 60

interface Settler {
  claims: Claims
  patience: Patience
}

/** Orders of which something is still to be paid out, at the end of their window. */
export function waitingSince(db: Database, chainTime: number) {
  return db
    .selectFrom('orders')
    .where('ended', '=', 'fulfilled')
    .where('price', '>', '0')
    .where('placed_block', 'is not', null)
    .where('settles_after', '<', chainTime)
}

/**
 * Has one batch of orders paid out whose window is over: the datatrust, the makers and their markets get what is due without
 * anybody's doing. A batch goes when it is full, or when its oldest order has waited for long enough; the gas for each falls
 * with their number. Nothing is lost if it is late or comes twice: the chain passes over what is settled.
 */
export async function settleOrders(ctx: Context, { claims, patience }: Settler): Promise<void> {
  if (ctx.config.settlement.batchOrders === 0 || ctx.isClosing()) return
  if (!ctx.disk.hasRoom() || !ctx.witnesses.agree) return
  // What is revealed and marked with it cannot wait; a settlement can.
  if (ctx.gas.money === undefined || ctx.gas.isLow) return
  const waiting = await listWaiting(ctx)
  patience.keepOnly(new Set(waiting.map(({ order_id }) => order_id)))
  const [oldest] = waiting
  if (oldest === undefined || (await batchOf(ctx, waiting, patience)).length === 0) return
  // Its oldest order stands for the whole batch: every process begins with the same.
  await claims.during(oldest.order_id, async () => {
    // Another process may have sent one since.
    const batch = await batchOf(ctx, await listWaiting(ctx), patience)
    if (batch.length > 0) await settle(ctx, batch, patience)
  })
}

type Waiting = Pick<OrderRow, 'order_id' | 'digest' | 'settles_after'>

function listWaiting({ db, follower }: Context): Promise<Waiting[]> {
  return waitingSince(db, follower.chainTime() - BLOCK_SECONDS)
    .select(['order_id', 'digest', 'settles_after'])
    .orderBy('settles_after')
    .orderBy('order_id')
    .limit(WAITING_ORDERS)
    .execute()
}

/** What is to go now; empty if it is better to wait for more. */
async function batchOf(ctx: Context, waiting: readonly Waiting[], patience: Patience): Promise<Waiting[]> {
  const { batchOrders, waitSeconds } = ctx.config.settlement
  const ready = (orders: readonly Waiting[]) => {
    const waitsFrom = orders[0]?.settles_after ?? Number.POSITIVE_INFINITY
    const isDue = orders.length >= batchOrders || waitsFrom + waitSeconds < ctx.follower.chainTime()
    return isDue ? orders.slice(0, batchOrders) : []
  }
  const open = waiting.filter(({ order_id }) => patience.mayTry(order_id))
  if (ready(open).length === 0) return []
  // Signed and sent before, by whatever process: the log brings it to the chain.
  const sent = await ctx.chain.settling()
  return ready(open.filter(({ order_id }) => !sent.has(order_id)))
}

interface Due extends Settlement {
  orderId: OrderId
}

async function settle(ctx: Context, batch: readonly Waiting[], patience: Patience): Promise<void> {
  // Until the block that has it is read, or until it can be settled after all.
  for (const { order_id } of batch) patience.failed(order_id)
  const due = await dueOf(ctx, batch)
  if (due.length === 0) return
  try {
    await send(ctx, due)
  } catch (error) {
    if (!(error instanceof ContractRevertError)) throw error
    const rest = await withoutRefused(ctx, due)
    if (rest.length > 0) await send(ctx, rest)
  }
}

async function send(ctx: Context, due: readonly Due[]): Promise<void> {
  await ctx.chain.settle(due.map(({ orderId: _, ...settlement }) => settlement))
  ctx.log.info({ orders: due.length }, 'orders settled')
}

/** Those that nobody ended or contested, with what was agreed and delivered; neighbours in the order in which a batch is cheapest. */
async function dueOf(ctx: Context, batch: readonly Waiting[]): Promise<Due[]> {
  const rows = await ctx.db
    .selectFrom('orders')
    .innerJoin('quotes', 'quotes.digest', 'orders.digest')
    .select(['orders.order_id', 'orders.delivery_hash', 'quotes.deal', 'quotes.goods'])
    .where(
      'orders.order_id',
      'in',
      batch.map(({ order_id }) => order_id),
    )
    .execute()
  const found = await Promise.all(
    rows.map(async ({ order_id: orderId, delivery_hash: deliveryHash, ...quote }) => {
      const { status, deadline } = await ctx.chain.statusOf(orderId)
      const isOver = status === 'settled' || status === 'refunded'
      if (deliveryHash === null || isOver || deadline >= ctx.follower.chainTime()) return []
      const { deal, goods } = termsOf(quote)
      return [{ orderId, deal, goodsHash: goodsHash(goods), deliveryHash }]
    }),
  )
  const placeOf = ({ deal, orderId }: Due) => `${deal.market}${deal.listing}${orderId}`
  return found.flat().toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1))
}

/** One that the chain refuses would keep the others from their money. */
async function withoutRefused(ctx: Context, due: readonly Due[]): Promise<Due[]> {
  const rest: Due[] = []
  for (const order of due) {
    try {
      await ctx.chain.trySettle(order)
      rest.push(order)
    } catch (error) {
      if (!(error instanceof ContractRevertError)) throw error
      ctx.log.warn({ err: error, orderId: order.orderId }, 'order cannot be settled yet')
    }
  }
  return rest
}
