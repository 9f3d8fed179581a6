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
  // Only this datatrust marks, so what it marked with is here; the chain has the last word over what we gave up.
  await trx
    .updateTable('orders')
    .set({ state: 'done', closed_because: null })
    .where('order_id', '=', orderId)
    .where('state', 'in', ['marking', 'closed'])
    .where(({ eb, or }) => or([eb('message_bytes', 'is not', null), eb('receipt_signature', 'is not', null)]))
    .execute()
  return false
}
