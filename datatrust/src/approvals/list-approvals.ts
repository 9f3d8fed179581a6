import type { Address, PendingApproval } from '@gristmill/protocol'
import type { Context } from '../context.js'
import { approvalOf, mayDecide, selectRuns } from './run-row.js'

const PAGE_APPROVALS = 100

/** Runs that wait for an account's decision, as owner of the data or reviewer, the oldest first. */
export async function listApprovals(ctx: Context, account: Address): Promise<PendingApproval[]> {
  const rows = await selectRuns(ctx, account)
    .where('state', '=', 'review')
    .where(mayDecide(account))
    // Others may have to decide, too; one who has is asked no more.
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('decisions')
            .select('order_id')
            .whereRef('decisions.order_id', '=', 'orders.order_id')
            .where('reviewer', '=', account),
        ),
      ),
    )
    .orderBy('placed_position')
    .limit(PAGE_APPROVALS)
    .execute()
  return rows.map(approvalOf)
}
