import { type Address, type AirlockDocument, airlockDocumentSchema, type OrderId } from '@gristmill/protocol'
import type { Context } from '../context.js'
import { ApprovalNotFoundError } from './approval-errors.js'
import { approvalOf, selectRuns } from './run-row.js'

/** A run that is over, with all that its data's maker alone may see. Throws `ApprovalNotFoundError` for anybody else. */
export async function showApproval(ctx: Context, maker: Address, orderId: OrderId): Promise<AirlockDocument> {
  const row = await selectRuns(ctx, maker).where('orders.order_id', '=', orderId).executeTakeFirst()
  if (row === undefined) throw new ApprovalNotFoundError(orderId)
  const approval = approvalOf(row)
  const decision = await ctx.db
    .selectFrom('decisions')
    .select('approved')
    .where('order_id', '=', orderId)
    .executeTakeFirst()
  return {
    ...approval,
    state: stateOf(row, { verdict: approval.verdict, isApproved: decision?.approved }),
    ...(row.private_log === null
      ? {}
      : { privateLog: airlockDocumentSchema.shape.privateLog.parse(JSON.parse(row.private_log)) }),
  }
}

function stateOf(
  { state, ended }: { state: string; ended: string | null },
  { verdict, isApproved }: { verdict: string; isApproved: boolean | undefined },
): AirlockDocument['state'] {
  if (isApproved === false || verdict === 'REVIEW') return 'rejected'
  if (verdict !== 'OK') return 'returned'
  if (ended === 'refunded' || state === 'closed') return 'withdrawn'
  if (state === 'review' && isApproved === undefined) return 'submitted'
  return state === 'done' ? 'released' : 'approved'
}
