import type { DatabaseTransaction } from '../db/open-database.js'
import type { ChainEvent } from './chain-event.js'

/** Writes down where and when the chain told something about a listing or an order of this datatrust; once. */
export async function recordEvent(trx: DatabaseTransaction, event: ChainEvent): Promise<void> {
  const about = 'orderId' in event ? { order_id: event.orderId } : { listing: event.listing }
  if (!(await isOurs(trx, event))) return
  const { told: type, blockNumber, logIndex, happenedAt, transactionHash } = event
  await trx
    .insertInto('chain_events')
    .values({
      type,
      block_number: blockNumber,
      log_index: logIndex,
      happened_at: happenedAt,
      transaction_hash: transactionHash,
      ...about,
    })
    .onConflict((conflict) => conflict.columns(['block_number', 'log_index']).doNothing())
    .execute()
}

async function isOurs(trx: DatabaseTransaction, event: ChainEvent): Promise<boolean> {
  if (!('orderId' in event)) {
    const served = trx.selectFrom('listings').select('listing').where('listing', '=', event.listing)
    return (await served.where('published_block', 'is not', null).executeTakeFirst()) !== undefined
  }
  const { orderId } = event
  const known = trx.selectFrom('orders').select('order_id').where('order_id', '=', orderId)
  if ((await known.where('placed_block', 'is not', null).executeTakeFirst()) !== undefined) return true
  const lost = trx.selectFrom('lost_orders').select('order_id').where('order_id', '=', orderId)
  return (await lost.executeTakeFirst()) !== undefined
}
