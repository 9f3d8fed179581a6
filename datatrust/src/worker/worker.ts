import { findCursor } from '../chain/cursor.js'
import type { Context } from '../context.js'
import type { OrderRow } from '../db/schema.js'
import { lockRun } from '../joint/orders-of-run.js'
import { isRunFinal, standsForRun } from '../joint/waiting-run.js'
import { expireOrder } from '../orders/expire-order.js'
import { lastAckOf } from '../orders/last-ack.js'
import { markOrder } from '../orders/mark-order.js'
import { closeOrder, findOrder, moveOrder } from '../orders/order.js'
import { isFinal } from '../orders/order-finality.js'
import { prepareAccess } from '../orders/prepare-access.js'
import { runOrder } from '../orders/run-order.js'
import { settleOrders } from '../orders/settle-orders.js'
import { type Claims, createClaims, NO_CLAIMS } from './claims.js'
import { Loop } from './loop.js'
import { createPatience, type Patience } from './patience.js'
import { tendTransactions } from './tend-transactions.js'

/** Orders looked at in one round of a lane. */
const ROUND_ORDERS = 50
/** Orders among which those are looked for that are final. */
const WAITING_ORDERS = 1_000
/** Between two looks at what time brings about; what blocks and callers do is told at once. */
const LOOK_MS = 1_000
/** Between two looks at transactions that are under way. */
const TEND_MS = 2_000

/** What moves orders on: lanes, so that a long run or a large message holds up nothing else. */
export interface Worker {
  /** Tells that there may be something to do. */
  wake(): void
  close(): Promise<void>
}

export function startWorker(ctx: Context): Worker {
  const patience = createPatience()
  const claims = ctx.config.database === undefined ? NO_CLAIMS : createClaims(ctx.db)
  const lane = (
    name: string,
    hasRoom: () => boolean,
    find: () => Promise<OrderRow[]>,
    step: (order: OrderRow) => Promise<void>,
    atOnce = 1,
  ) =>
    new Loop({
      name,
      intervalMs: LOOK_MS,
      log: ctx.log,
      round: async () => {
        // What needs room waits for it, and is taken up in the round after there is some.
        if (!hasRoom() || !ctx.witnesses.agree) return
        const orders = (await find()).values()
        const oneByOne = async () => {
          for (const order of orders) await attempt(ctx, { claims, patience }, order, step)
        }
        await Promise.all(Array.from({ length: atOnce }, oneByOne))
      },
    })
  const settling = { claims, patience: createPatience() }
  const lanes = [
    lane(
      'messages',
      () => ctx.disk.hasRoom(),
      () => running(ctx, 'access'),
      (order) => unlessLate(ctx, order, prepareAccess),
    ),
    lane(
      'runs',
      () => ctx.disk.hasRoom() && !ctx.engineWatch.isOpen,
      () => running(ctx, 'compute'),
      (order) => unlessLate(ctx, order, runOrder),
      ctx.engine.capabilities().jobsAtOnce,
    ),
    lane(
      'marks',
      () => ctx.disk.hasReserve,
      () => due(ctx),
      (order) => finish(ctx, order),
    ),
    new Loop({
      name: 'settlements',
      intervalMs: LOOK_MS,
      log: ctx.log,
      round: () => settleOrders(ctx, settling),
    }),
    new Loop({ name: 'transactions', intervalMs: TEND_MS, log: ctx.log, round: tendTransactions(ctx) }),
  ]
  return {
    wake: () => {
      for (const loop of lanes) loop.wake()
    },
    close: async () => {
      await Promise.all(lanes.map((loop) => loop.close()))
      await claims.close()
    },
  }
}

/** What was paid for, as finally as its value asks for, and waits to be made. */
async function running(ctx: Context, kind: 'access' | 'compute'): Promise<OrderRow[]> {
  const cursor = await findCursor(ctx.db)
  const payments = await ctx.db
    .selectFrom('orders')
    .innerJoin('catalogue', 'catalogue.listing', 'orders.listing')
    .select(['orders.order_id', 'orders.run_id', 'orders.price', 'orders.placed_block', 'catalogue.asset'])
    .where('state', '=', 'running')
    .where('kind', '=', kind)
    .where('placed_block', 'is not', null)
    .where(({ or, eb }) =>
      or([eb('orders.run_id', 'is', null), eb('orders.fulfil_by', '<', ctx.follower.chainTime()), standsForRun]),
    )
    .orderBy('placed_position')
    .limit(WAITING_ORDERS)
    .execute()
  const final: typeof payments = []
  for (const payment of payments) {
    if (final.length === ROUND_ORDERS) break
    const isPaid = isFinal(ctx, payment, cursor) && (await isRunFinal(ctx, payment, cursor))
    if (isPaid) final.push(payment)
  }
  const orders = await Promise.all(final.map(({ order_id }) => findOrder(ctx, order_id)))
  return orders.filter((order) => order !== undefined)
}

/** What can be marked now, and what has run out of time. */
async function due(ctx: Context): Promise<OrderRow[]> {
  const open = await ctx.db
    .selectFrom('orders')
    .selectAll()
    .where('state', 'in', ['ready', 'review', 'marking'])
    .where('placed_block', 'is not', null)
    .where(({ eb, or, and }) => {
      const now = ctx.follower.chainTime()
      const unsaid = now + 2 * ctx.config.terms.fulfilMarginSeconds
      const unacknowledged = and([eb('state', '=', 'ready'), eb('kind', '=', 'compute'), eb('fulfil_by', '<', unsaid)])
      return or([eb('state', '=', 'marking'), eb('fulfil_by', '<', now), unacknowledged])
    })
    .orderBy('placed_position')
    .execute()
  return open.filter(({ state, release_at }) => state !== 'marking' || (release_at ?? 0) <= ctx.follower.chainTime())
}

async function finish(ctx: Context, order: OrderRow): Promise<void> {
  const { order_id: orderId, state } = order
  // The sponsor has not said that the model arrived: what the run came to is posted without the key.
  const isGivenUp =
    state === 'ready' && order.kind === 'compute' && ctx.follower.chainTime() > lastAckOf(ctx.config, order)
  if (isGivenUp) await giveUp(ctx, order)
  if (state === 'marking' || isGivenUp) await markOrder(ctx, orderId)
  else await expireOrder(ctx, order)
}

/** For a model whose orders were acknowledged in part no key is revealed: all of them are given up. */
async function giveUp({ db }: Context, order: OrderRow): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const all = await lockRun(trx, order)
    if (all.find(({ order_id }) => order_id === order.order_id)?.state !== 'ready') return
    for (const { order_id } of all) await moveOrder({ db: trx }, order_id, 'ready', { state: 'marking', ack: null })
  })
}

async function unlessLate(
  ctx: Context,
  order: OrderRow,
  step: (ctx: Context, order: OrderRow) => Promise<void>,
): Promise<void> {
  if (ctx.follower.chainTime() > order.fulfil_by) await closeOrder(ctx, order, 'it was not served in time')
  else if (await ctx.witnesses.confirm(order.order_id)) await step(ctx, order)
}

async function attempt(
  ctx: Context,
  { claims, patience }: { claims: Claims; patience: Patience },
  order: OrderRow,
  step: (order: OrderRow) => Promise<void>,
): Promise<void> {
  const orderId = order.order_id
  if (ctx.isClosing() || !patience.mayTry(orderId)) return
  try {
    const again = async () => {
      // Another process may have been done with it since it was looked for.
      const latest = await findOrder(ctx, orderId)
      if (latest?.state === order.state) await step(latest)
    }
    if (!(await claims.during(orderId, again))) return
    patience.succeeded(orderId)
  } catch (error) {
    patience.failed(orderId)
    if (!ctx.isClosing()) ctx.log.error({ err: error, orderId }, 'order step failed')
  }
}
