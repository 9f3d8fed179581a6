import { HOUR, ZERO_BYTES32 } from '@gristmill/protocol'
import type { OrderPlaced } from '../chain/chain-event.js'
import type { Context } from '../context.js'
import type { Database, DatabaseTransaction } from '../db/open-database.js'

/** After an order's time, before its buyer can have the price back: `REFUND_GRACE_SECONDS` of Orders. */
const REFUND_GRACE_SECONDS = HOUR

/**
 * Notes an order that was placed here with a quote of which this database knows nothing: it was restored from an older
 * backup. A direct one comes back when its buyer asks again; the key of a fair one is lost, and its price goes back.
 */
export async function loseOrder(ctx: Context, trx: DatabaseTransaction, event: OrderPlaced): Promise<void> {
  const { orderId, deal, goods, blockNumber, happenedAt } = event
  const is_fair = goods.keyHash !== ZERO_BYTES32
  const refund_from = happenedAt + deal.fulfilWithin + REFUND_GRACE_SECONDS + 1
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('lost_orders')
    .values({
      order_id: orderId,
      listing: deal.listing,
      buyer: deal.buyer,
      maker: deal.maker,
      kind: deal.kind,
      is_fair,
      price: deal.price.toString(),
      token: deal.asset,
      algorithm: goods.algorithm,
      placed_block: blockNumber,
      placed_at: happenedAt,
      refund_from,
    })
    .onConflict((conflict) => conflict.column('order_id').doNothing())
    .executeTakeFirstOrThrow()
  if (numInsertedOrUpdatedRows === 0n) return
  const what = { orderId, buyer: deal.buyer, listing: deal.listing, refundFrom: refund_from }
  if (is_fair) ctx.log.error(what, 'order lost with its key: its buyer can only be refunded')
  else ctx.log.warn(what, 'order without a quote here, left until its buyer asks again or refunds')
}

/** Orders that were placed here and cannot be served as they are, and that the chain has not ended. */
export async function countLost(db: Database): Promise<{ fair: number; others: number }> {
  const rows = await db
    .selectFrom('lost_orders')
    .select(['is_fair', ({ fn }) => fn.countAll<number>().as('count')])
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('chain_events')
            .select('order_id')
            .whereRef('chain_events.order_id', '=', 'lost_orders.order_id')
            .where('chain_events.type', 'in', ['settled', 'refunded']),
        ),
      ),
    )
    .groupBy('is_fair')
    .execute()
  const countOf = (isFair: boolean) => Number(rows.find(({ is_fair }) => is_fair === isFair)?.count ?? 0)
  return { fair: countOf(true), others: countOf(false) }
}
