import { type Address, goodsSchema, metricSchema, type PendingApproval, receiptSchema } from '@gristmill/protocol'
import { z } from 'zod'
import type { Context } from '../context.js'

const PAGE_APPROVALS = 100

/** Runs on a maker's data that wait for the maker, the oldest first. */
export async function listApprovals({ db }: Context, maker: Address): Promise<PendingApproval[]> {
  const rows = await db
    .selectFrom('orders')
    .innerJoin('listings', 'listings.listing', 'orders.listing')
    .innerJoin('quotes', 'quotes.digest', 'orders.digest')
    .select(['orders.order_id', 'orders.listing', 'orders.buyer', 'goods', 'receipt', 'metrics', 'rows_at_most'])
    .where('orders.maker', '=', maker)
    .where('state', '=', 'review')
    .where('placed_block', 'is not', null)
    .orderBy('placed_position')
    .limit(PAGE_APPROVALS)
    .execute()
  return rows.map((row) => {
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
  })
}
