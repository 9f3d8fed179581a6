import {
  type Address,
  approvalsNeeded,
  goodsSchema,
  metricSchema,
  type PendingApproval,
  policySchema,
  receiptSchema,
} from '@gristmill/protocol'
import { sql } from 'kysely'
import { z } from 'zod'
import type { Context } from '../context.js'

/**
 * Runs that are over and that concern an account, as maker of the data or as a reviewer of what others ordered; the makers of
 * their algorithms decide nothing.
 */
export function selectRuns({ db, follower }: Pick<Context, 'db' | 'follower'>, account: Address) {
  return (
    db
      .selectFrom('orders')
      .innerJoin('listings', 'listings.listing', 'orders.listing')
      .innerJoin('quotes', 'quotes.digest', 'orders.digest')
      .select([
        'orders.order_id',
        'orders.listing',
        'orders.buyer',
        'orders.state',
        'orders.ended',
        'orders.private_log',
      ])
      .select(['goods', 'receipt', 'metrics', 'rows_at_most', 'listings.policy'])
      .select(approvedBy)
      .where(({ eb, or }) => or([eb('orders.maker', '=', account), reviews(account)]))
      .where('placed_block', 'is not', null)
      .where('receipt', 'is not', null)
      .where('listings.policy', 'is not', null)
      // When a joint run ended tells of the others' rows: its owners learn it at a release slot.
      .where(({ eb, or }) => or([eb('orders.run_id', 'is', null), eb('orders.release_at', '<=', follower.chainTime())]))
  )
}

/** Of runs that concern an account, those about which it may decide: in an airlock of two the maker as such may not. */
export function mayDecide(account: Address) {
  return sql<boolean>`(listings.policy::jsonb #>> '{release,airlock}' = 'owner' OR ${reviews(account)})`
}

/** True of another's order under a policy that names the account. */
function reviews(account: Address) {
  return sql<boolean>`(coalesce(listings.policy::jsonb #> '{release,reviewers}' @> to_jsonb(${account}::text), false)
    AND orders.buyer <> ${account})`
}

const approvedBy = sql<Address[]>`ARRAY(SELECT reviewer FROM decisions
  WHERE decisions.order_id = orders.order_id AND approved ORDER BY position)`.as('approved_by')

type RunRow = Awaited<ReturnType<ReturnType<typeof selectRuns>['execute']>>[number]

/** A run as those see it who decide about it. */
export function approvalOf(row: RunRow): PendingApproval {
  const receipt = receiptSchema.parse(JSON.parse(row.receipt ?? 'null'))
  return {
    orderId: row.order_id,
    listing: row.listing,
    sponsor: row.buyer,
    algorithm: goodsSchema.parse(JSON.parse(row.goods)).algorithm,
    verdict: receipt.verdict,
    releasedHash: receipt.releasedHash,
    releasedBytes: Number(receipt.releasedBytes),
    leakBits: Number(receipt.leakBits),
    rowsAtMost: row.rows_at_most ?? 0,
    metrics: z.array(metricSchema).parse(JSON.parse(row.metrics ?? '[]')),
    approvedBy: row.approved_by,
    approvalsNeeded: approvalsNeeded(policySchema.parse(JSON.parse(row.policy ?? 'null')).release),
  }
}
