import { type Address, goodsSchema, metricSchema, type PendingApproval, receiptSchema } from '@gristmill/protocol'
import { z } from 'zod'
import type { Context } from '../context.js'

/** Runs on a maker's data that are over; the makers of their algorithms decide nothing. */
export function selectRuns({ db, follower }: Pick<Context, 'db' | 'follower'>, maker: Address) {
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
      .select(['goods', 'receipt', 'metrics', 'rows_at_most'])
      .where('orders.maker', '=', maker)
      .where('placed_block', 'is not', null)
      .where('receipt', 'is not', null)
      .where('listings.policy', 'is not', null)
      // When a joint run ended tells of the others' rows: its owners learn it at a release slot.
      .where(({ eb, or }) => or([eb('orders.run_id', 'is', null), eb('orders.release_at', '<=', follower.chainTime())]))
  )
}

type RunRow = Awaited<ReturnType<ReturnType<typeof selectRuns>['execute']>>[number]

/** A run as its maker decides about it. */
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
  }
}
