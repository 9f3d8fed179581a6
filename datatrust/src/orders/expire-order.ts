import type { Context } from '../context.js'
import type { OrderRow } from '../db/schema.js'
import { closeOrder, moveOrder } from './order.js'

/**
 * Ends an order for which time ran out: a message that nobody collected, or a run that nobody approved. The chain is read
 * first: what is marked there is done, whatever our clock says.
 */
export async function expireOrder(ctx: Context, order: OrderRow): Promise<void> {
  const { status, deadline } = await ctx.chain.statusOf(order.order_id)
  if (status === 'placed' || status === 'none') {
    if ((await ctx.chain.now()) <= Math.min(deadline || order.fulfil_by, order.fulfil_by)) return
    return closeOrder(ctx, order, reasonOf(order))
  }
  if (status === 'refunded') return closeOrder(ctx, order, 'it was refunded')
  await moveOrder(ctx, order.order_id, order.state, { state: 'done' })
}

function reasonOf({ state, ack_key }: OrderRow): string {
  if (state === 'review') return 'nobody approved it in time'
  return ack_key === null ? 'nobody collected it in time' : 'nobody acknowledged it in time'
}
