import { type Deal, leakBits, type OrderId, quoteTypedData, typedDataDigest } from '@gristmill/protocol'
import type { OrderPlaced } from '../chain/chain-event.js'
import type { Context } from '../context.js'
import type { DatabaseTransaction } from '../db/open-database.js'
import { chargeForgotten } from '../ledger/charge.js'
import { policyOf } from '../listings/listing.js'

/** Takes up an order that the chain confirms, if this datatrust made exactly this quote. */
export async function adoptOrder(ctx: Context, trx: DatabaseTransaction, event: OrderPlaced): Promise<boolean> {
  const { orderId, deal, goods, placedAt } = event
  const digest = typedDataDigest(quoteTypedData(ctx.chain.ordersDomain, { deal, goods }))
  const quote = await trx.selectFrom('quotes').select('digest').where('digest', '=', digest).executeTakeFirst()
  if (quote === undefined) {
    ctx.log.warn({ orderId }, 'order without a quote here, left until its buyer asks again or refunds')
    if (deal.kind === 'compute') await chargeUnknown(trx, orderId, deal)
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

/** A run that an older backup knows nothing of: its charge comes back from the chain. */
async function chargeUnknown(trx: DatabaseTransaction, orderId: OrderId, { listing, buyer }: Deal): Promise<void> {
  const row = await trx
    .selectFrom('listings')
    .innerJoin('uploads', (join) =>
      join.onRef('uploads.account', '=', 'listings.maker').onRef('uploads.upload_id', '=', 'listings.upload_id'),
    )
    .select(['listings.policy', 'uploads.sha256'])
    .where('listing', '=', listing)
    .executeTakeFirst()
  const policy = row === undefined ? undefined : policyOf(row)
  if (policy === undefined || row?.sha256 == null) return
  await chargeForgotten(trx, { dataset: row.sha256, sponsor: buyer, orderId, bits: leakBits(policy) })
}
