import type { OrderDisputed } from '../chain/chain-event.js'
import { rememberUndo } from '../chain/undo.js'
import type { DatabaseTransaction } from '../db/open-database.js'

/** Notes that an order cannot be settled before its arbiter has had time to rule. */
export async function disputeOrder(
  trx: DatabaseTransaction,
  { orderId, lapsesAfter, blockNumber }: OrderDisputed,
): Promise<void> {
  const before = await trx
    .selectFrom('orders')
    .select('settles_after')
    .where('order_id', '=', orderId)
    .where('ended', '=', 'fulfilled')
    .forUpdate()
    .executeTakeFirst()
  // Learnt before, or not ours.
  if (before === undefined || before.settles_after === null || before.settles_after === lapsesAfter) return
  await trx.updateTable('orders').set({ settles_after: lapsesAfter }).where('order_id', '=', orderId).execute()
  await rememberUndo(trx, blockNumber, { type: 'dispute', orderId, before: { settles_after: before.settles_after } })
}
