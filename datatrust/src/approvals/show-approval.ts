import {
  type Address,
  type AirlockDocument,
  airlockDocumentSchema,
  type OrderId,
  type PendingApproval,
} from '@gristmill/protocol'
import type { Context } from '../context.js'
import { ApprovalNotFoundError } from './approval-errors.js'
import { approvalOf, selectRuns } from './run-row.js'

/**
 * A run that is over, with all that the maker of its data and its reviewers alone may see. Throws `ApprovalNotFoundError` for
 * anybody else.
 */
export async function showApproval(ctx: Context, account: Address, orderId: OrderId): Promise<AirlockDocument> {
  const row = await selectRuns(ctx, account).where('orders.order_id', '=', orderId).executeTakeFirst()
  if (row === undefined) throw new ApprovalNotFoundError(orderId)
  const approval = approvalOf(row)
  const rejection = await ctx.db
    .selectFrom('decisions')
    .select('approved')
    .where('order_id', '=', orderId)
    .where('approved', '=', false)
    .executeTakeFirst()
  return {
    ...approval,
    state: stateOf(row, approval, rejection !== undefined),
    ...(row.private_log === null
      ? {}
      : { privateLog: airlockDocumentSchema.shape.privateLog.parse(JSON.parse(row.private_log)) }),
  }
}

function stateOf(
  { state, ended }: { state: string; ended: string | null },
  { verdict, approvedBy, approvalsNeeded }: PendingApproval,
  isRejected: boolean,
): AirlockDocument['state'] {
  if (isRejected || verdict === 'REVIEW') return 'rejected'
  if (verdict !== 'OK') return 'returned'
  if (ended === 'refunded' || state === 'closed') return 'withdrawn'
  if (state === 'review' && approvedBy.length < approvalsNeeded) {
    return approvedBy.length === 0 ? 'submitted' : 'partially-reviewed'
  }
  return state === 'done' ? 'released' : 'approved'
}
