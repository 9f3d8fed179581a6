import { quoteTypedData, typedDataDigest } from '@gristmill/protocol'
import type { OrderPlaced } from '../chain/chain-event.js'
import type { Context } from '../context.js'
import type { DatabaseTransaction } from '../db/open-database.js'

/** Takes up an order that the chain confirms, if this datatrust made exactly this quote. */
export async function adoptOrder(ctx: Context, trx: DatabaseTransaction, event: OrderPlaced): Promise<boolean> {
  const { orderId, deal, goods, placedAt } = event
  const digest = typedDataDigest(quoteTypedData(ctx.chain.ordersDomain, { deal, goods }))
  const quote = await trx.selectFrom('quotes').select('digest').where('digest', '=', digest).executeTakeFirst()
  if (quote === undefined) {
    ctx.log.warn({ orderId }, 'order without a quote here, left to be refunded')
    return false
  }
  await trx
    .insertInto('orders')
    .values({
      order_id: orderId,
      digest,
      listing: deal.listing,
      buyer: deal.buyer,
      maker: deal.maker,
      kind: deal.kind,
      state: 'running',
      fulfil_by: placedAt + deal.fulfilWithin,
    })
    // Read again after the chain changed: what was done on the old chain has to be marked on the new one.
    .onConflict((conflict) =>
      conflict.column('order_id').doUpdateSet({ state: 'marking' }).where('orders.state', '=', 'done'),
    )
    .execute()
  return true
}
