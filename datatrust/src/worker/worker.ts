import type { OrderId } from '@gristmill/protocol'
import type { Context } from '../context.js'
import type { OrderRow } from '../db/schema.js'
import { expireOrder } from '../orders/expire-order.js'
import { markOrder } from '../orders/mark-order.js'
import { closeOrder } from '../orders/order.js'
import { prepareMessage } from '../orders/prepare-message.js'
import { runOrder } from '../orders/run-order.js'
import { Loop } from './loop.js'

/** Orders looked at in one round of a lane. */
const ROUND_ORDERS = 50
const RETRY_MS_MAX = 60_000

/** What moves orders on: three lanes, so that a long run or a large message holds up nothing else. */
export interface Worker {
  /** Tells that there may be something to do. */
  wake(): void
  close(): Promise<void>
}

export function startWorker(ctx: Context): Worker {
  const patience = createPatience()
  const lane = (name: string, find: () => Promise<OrderRow[]>, step: (order: OrderRow) => Promise<void>) =>
    new Loop({
      name,
      intervalMs: ctx.config.chain.pollIntervalMs,
      log: ctx.log,
      round: async () => {
        // What needs room waits for it, and is taken up in the round after there is some.
        if (!ctx.disk.hasRoom()) return
        for (const order of await find()) await attempt(ctx, patience, order, step)
      },
    })
  const lanes = [
    lane(
      'messages',
      () => running(ctx, 'access'),
      (order) => unlessLate(ctx, order, prepareMessage),
    ),
    lane(
      'runs',
      () => running(ctx, 'compute'),
      (order) => unlessLate(ctx, order, runOrder),
    ),
    lane(
      'marks',
      () => due(ctx),
      (order) => finish(ctx, order),
    ),
  ]
  return {
    wake: () => {
      for (const loop of lanes) loop.wake()
    },
    close: async () => {
      await Promise.all(lanes.map((loop) => loop.close()))
    },
  }
}

function running({ db }: Context, kind: 'access' | 'compute'): Promise<OrderRow[]> {
  return db
    .selectFrom('orders')
    .selectAll()
    .where('state', '=', 'running')
    .where('kind', '=', kind)
    .orderBy('placed_position')
    .limit(ROUND_ORDERS)
    .execute()
}

/** What can be marked now, and what has run out of time. */
async function due(ctx: Context): Promise<OrderRow[]> {
  const open = await ctx.db
    .selectFrom('orders')
    .selectAll()
    .where('state', 'in', ['ready', 'review', 'marking'])
    .where(({ eb, or }) => or([eb('state', '=', 'marking'), eb('fulfil_by', '<', ctx.follower.chainTime())]))
    .orderBy('placed_position')
    .execute()
  return open.filter(({ state, release_at }) => state !== 'marking' || (release_at ?? 0) <= ctx.follower.chainTime())
}

async function finish(ctx: Context, order: OrderRow): Promise<void> {
  if (order.state === 'marking') await markOrder(ctx, order.order_id)
  else await expireOrder(ctx, order)
}

async function unlessLate(
  ctx: Context,
  order: OrderRow,
  step: (ctx: Context, order: OrderRow) => Promise<void>,
): Promise<void> {
  if (ctx.follower.chainTime() > order.fulfil_by) await closeOrder(ctx, order, 'it was not served in time')
  else await step(ctx, order)
}

interface Patience {
  mayTry(orderId: OrderId): boolean
  failed(orderId: OrderId): void
  succeeded(orderId: OrderId): void
}

/** An order that fails is tried again later and later, and holds up no other. */
function createPatience(): Patience {
  const failures = new Map<OrderId, { count: number; retryAt: number }>()
  return {
    mayTry: (orderId) => (failures.get(orderId)?.retryAt ?? 0) <= Date.now(),
    failed: (orderId) => {
      const count = (failures.get(orderId)?.count ?? 0) + 1
      failures.set(orderId, { count, retryAt: Date.now() + Math.min(RETRY_MS_MAX, 250 * 2 ** count) })
    },
    succeeded: (orderId) => failures.delete(orderId),
  }
}

async function attempt(
  ctx: Context,
  patience: Patience,
  order: OrderRow,
  step: (order: OrderRow) => Promise<void>,
): Promise<void> {
  const orderId = order.order_id
  if (ctx.isClosing() || !patience.mayTry(orderId)) return
  try {
    await step(order)
    patience.succeeded(orderId)
  } catch (error) {
    patience.failed(orderId)
    if (!ctx.isClosing()) ctx.log.error({ err: error, orderId }, 'order step failed')
  }
}
