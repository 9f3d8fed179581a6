import type { Address, OrderId } from '@gristmill/protocol'
import type { Context } from '../context.js'
import type { OrderRow } from '../db/schema.js'
import { markOrder } from './mark-order.js'
import { findOrder, isHeldBack, moveOrder, requireParty } from './order.js'
import {
  NotDirectError,
  NotFairError,
  OrderClosedError,
  OrderNotPaidError,
  OrderNotReadyError,
} from './order-errors.js'
import { requireFinal } from './order-finality.js'

/** A fair exchange whose ciphertext its buyer may have: before the key is revealed, and for good after. */
export async function requireStreamable(ctx: Context, orderId: OrderId, account: Address): Promise<OrderRow> {
  await requireParty(ctx, orderId, account, 'buyer')
  const order = await confirmedOrder(ctx, orderId)
  if (order.ack_key === null) throw new NotFairError(orderId)
  if (order.state === 'closed') throw new OrderClosedError(orderId, order.closed_because ?? 'it is over')
  if (order.state === 'running' || order.state === 'review') throw new OrderNotReadyError(orderId, 'running')
  if (isHeldBack(order, account, ctx.follower.chainTime())) throw new OrderNotReadyError(orderId, 'running')
  await requireFinal(ctx, order)
  return order
}

/** A direct order whose message its buyer may have: it waits, or was delivered. */
export async function requireCollectable(ctx: Context, orderId: OrderId, account: Address): Promise<OrderRow> {
  await requireParty(ctx, orderId, account, 'buyer')
  const order = await confirmedOrder(ctx, orderId)
  if (order.ack_key !== null) throw new NotDirectError(orderId)
  switch (order.state) {
    case 'done':
    case 'ready':
    case 'marking':
      return order
    case 'closed':
      throw new OrderClosedError(orderId, order.closed_because ?? 'it is over')
    default:
      throw new OrderNotReadyError(orderId, 'running')
  }
}

/**
 * The same, with the order marked on chain before a byte leaves: it is settled when its buyer comes for it, never after
 * its time. The chain has the last word.
 */
export async function collectOrder(ctx: Context, orderId: OrderId, account: Address): Promise<OrderRow> {
  const order = await requireCollectable(ctx, orderId, account)
  await requireFinal(ctx, order)
  if (order.state === 'ready') await moveOrder(ctx, orderId, 'ready', { state: 'marking' })
  await markOrder(ctx, orderId)
  const { status } = await ctx.chain.statusOf(orderId)
  const latest = (await findOrder(ctx, orderId)) ?? order
  if (status === 'settled') return latest
  if (status === 'none') throw new OrderNotPaidError(orderId)
  if (latest.state === 'closed' || status !== 'placed') {
    throw new OrderClosedError(orderId, latest.closed_because ?? `it is ${status}`)
  }
  throw new OrderNotReadyError(orderId, latest.state)
}

/** The order as the chain confirms it; if it was placed a moment ago, the chain is read first. */
async function confirmedOrder(ctx: Context, orderId: OrderId): Promise<OrderRow> {
  const known = await findOrder(ctx, orderId)
  if (known !== undefined) return known
  await ctx.follower.sync()
  const order = await findOrder(ctx, orderId)
  if (order === undefined) throw new OrderNotPaidError(orderId)
  return order
}
