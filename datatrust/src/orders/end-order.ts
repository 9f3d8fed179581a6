import type { OrderEnded } from '../chain/chain-event.js'
import { rememberUndo } from '../chain/undo.js'
import type { DatabaseTransaction } from '../db/open-database.js'
import type { OrderRow } from '../db/schema.js'

/** Notes what the chain says about an order that ended there. */
export async function endOrder(trx: DatabaseTransaction, event: OrderEnded): Promise<void> {
  const { orderId, how, blockNumber } = event
  const before = await trx
    .selectFrom('orders')
    .select(['state', 'closed_because', 'ended', 'ended_block', 'delivery_hash', 'settles_after'])
    .select(['message_bytes', 'receipt_signature'])
    .where('order_id', '=', orderId)
    .forUpdate()
    .executeTakeFirst()
  if (before === undefined) return
  const { message_bytes, receipt_signature, ...old } = before
  const isMade = message_bytes !== null || receipt_signature !== null
  const after = how === 'refunded' ? closed(old) : done(old, isMade)
  const isKnown = before.ended === how && before.ended_block === blockNumber
  // An older version learnt it without what settles it.
  const isWhole = how !== 'fulfilled' || before.delivery_hash !== null
  if (isKnown && isWhole && after === undefined) return
  await trx
    .updateTable('orders')
    .set({ ended: how, ended_block: blockNumber, ...held(event), ...after })
    .where('order_id', '=', orderId)
    .execute()
  await rememberUndo(trx, blockNumber, { type: 'end', orderId, after: after?.state, before: old })
}

/** With what and when it can be settled. */
function held(event: OrderEnded): Partial<Pick<OrderRow, 'delivery_hash' | 'settles_after'>> {
  return event.how === 'fulfilled' ? { delivery_hash: event.deliveryHash, settles_after: event.settlesAfter } : {}
}

type State = Pick<OrderRow, 'state' | 'closed_because'>

function closed({ state }: State): State | undefined {
  return state === 'closed' ? undefined : { state: 'closed', closed_because: 'refunded' }
}

/** Only this datatrust marks, so what it marked with is here; the chain has the last word over what we gave up. */
function done({ state }: State, isMade: boolean): State | undefined {
  return isMade && (state === 'marking' || state === 'closed') ? { state: 'done', closed_because: null } : undefined
}
