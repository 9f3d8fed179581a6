import type { OrderEnded } from '../chain/chain-event.js'
import type { DatabaseTransaction } from '../db/open-database.js'

/** Notes what the chain says about an order that ended there. */
export async function endOrder(trx: DatabaseTransaction, { orderId, how }: OrderEnded): Promise<boolean> {
  if (how === 'refunded') {
    await trx
      .updateTable('orders')
      .set({ state: 'closed', closed_because: 'refunded' })
      .where('order_id', '=', orderId)
      .where('state', '<>', 'closed')
      .execute()
    return false
  }
  await trx
    .updateTable('orders')
    .set({ state: 'done' })
    .where('order_id', '=', orderId)
    .where('state', '=', 'marking')
    .execute()
  return false
}
