import type { Address, PendingApproval } from '@gristmill/protocol'
import type { Context } from '../context.js'
import { approvalOf, selectRuns } from './run-row.js'

const PAGE_APPROVALS = 100

/** Runs on a maker's data that wait for the maker, the oldest first. */
export async function listApprovals(ctx: Context, maker: Address): Promise<PendingApproval[]> {
  const rows = await selectRuns(ctx, maker)
    .where('state', '=', 'review')
    // Of a joint run all owners decide; one who has is asked no more.
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('decisions').select('order_id').whereRef('decisions.order_id', '=', 'orders.order_id'))),
    )
    .orderBy('placed_position')
    .limit(PAGE_APPROVALS)
    .execute()
  return rows.map(approvalOf)
}
