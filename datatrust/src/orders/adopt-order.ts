import { costOf, type Deal, type OrderId, quoteTypedData, typedDataDigest, ZERO_ADDRESS } from '@gristmill/protocol'
import type { OrderPlaced } from '../chain/chain-event.js'
import { rememberUndo } from '../chain/undo.js'
import type { Context } from '../context.js'
import type { DatabaseTransaction } from '../db/open-database.js'
import { chargeForgotten } from '../ledger/charge.js'
import { policyOf } from '../listings/listing.js'
import { loseOrder } from './lose-order.js'

/** Takes up an order that the chain confirms, if this datatrust made exactly this quote. */
export async function adoptOrder(ctx: Context, trx: DatabaseTransaction, event: OrderPlaced): Promise<void> {
  const { orderId, deal, goods, happenedAt: placedAt, blockNumber } = event
  const digest = typedDataDigest(quoteTypedData(ctx.chain.ordersDomain, { deal, goods }))
  const quote = await trx
    .selectFrom('quotes')
    .select(['run_id', 'run_size'])
    .where('digest', '=', digest)
    .executeTakeFirst()
  if (quote === undefined) {
    await loseOrder(ctx, trx, event)
    if (deal.kind === 'compute') await chargeUnknown(trx, orderId, deal)
    return
  }
  const known = await trx
    .selectFrom('orders')
    .select(['state', 'placed_block'])
    .where('order_id', '=', orderId)
    .forUpdate()
    .executeTakeFirst()
  const placed = { placed_block: blockNumber, placed_at: placedAt, fulfil_by: placedAt + deal.fulfilWithin }
  await trx.deleteFrom('lost_orders').where('order_id', '=', orderId).execute()
  await trx
    .insertInto('orders')
    .values({
      order_id: orderId,
      digest,
      listing: deal.listing,
      buyer: deal.buyer,
      maker: deal.maker,
      kind: deal.kind,
      ack_key: deal.ackKey === ZERO_ADDRESS ? null : deal.ackKey,
      ...quote,
      state: 'running',
      price: deal.price.toString(),
      ...placed,
    })
    // Placed again after its block was gone: what was done on the old chain has to be marked on the new one.
    .onConflict((conflict) =>
      conflict.column('order_id').doUpdateSet({ ...placed, ...(known?.state === 'done' ? { state: 'marking' } : {}) }),
    )
    .execute()
  if (known?.placed_block == null) await rememberUndo(trx, blockNumber, { type: 'place', orderId })
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
  await chargeForgotten(trx, { dataset: row.sha256, sponsor: buyer, orderId, ...costOf(policy) })
}
