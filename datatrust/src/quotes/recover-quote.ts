import { readRecipient } from '@gristmill/envelope'
import type { Deal, Goods, OrderId, RequestQuote } from '@gristmill/protocol'
import type { Context } from '../context.js'
import { findOrder } from '../orders/order.js'
import { storeQuote } from './store-quote.js'

/**
 * Remembers a quote that was forgotten with a database restored from an older backup: the chain holds what was signed,
 * and the buyer who asks again brings what it only commits to. The order is then served as if nothing had happened.
 */
export async function recoverQuote(ctx: Context, orderId: OrderId, request: RequestQuote): Promise<void> {
  if ((await findOrder(ctx, orderId)) !== undefined) return
  await ctx.follower.sync()
  if ((await findOrder(ctx, orderId)) !== undefined) return
  const { deployedAtBlock } = ctx.config.chain.deployment
  const events = await ctx.chain.eventsOfOrder(orderId, deployedAtBlock, await ctx.chain.blockNumber())
  const placed = events.find((event) => event.type === 'order-placed')
  if (placed === undefined || placed.deal.datatrust !== ctx.config.datatrust) return
  const { deal, goods } = placed
  if (!(await isAsked(deal, goods, request))) return
  await storeQuote(ctx, { orderId, deal, goods, request })
  await ctx.follower.readAgain(orderId)
  ctx.log.warn({ orderId }, 'order recovered from the chain')
}

/** Direct access only: what a fair exchange was forgotten with is lost, the id of its quote, hence its key. */
async function isAsked(deal: Deal, goods: Goods, request: RequestQuote): Promise<boolean> {
  if (request.recipientPublicKey === undefined) return false
  const { recipientKey } = await readRecipient(request.recipientPublicKey)
  return deal.kind === 'access' && request.kind === 'access' && goods.recipientKey === recipientKey
}
