import { type Address, chargeBudget, costOf, type Hex, type Policy, policySchema } from '@gristmill/protocol'
import type { Context } from '../context.js'
import { spentOf } from '../ledger/charge.js'

export interface RequireBudgetParams {
  buyer: Address
  /** sha256 of the content. */
  dataset: Hex
  maker: Address
}

/** Throws `BudgetExceededError` if one more run, after those that wait, would tell more than the owner agreed to. */
export async function requireBudget(
  ctx: Context,
  policy: Policy,
  { buyer, dataset, maker }: RequireBudgetParams,
): Promise<void> {
  const spent = await spentOf(ctx.db, { dataset, maker }, buyer)
  const waiting = await ctx.db
    .selectFrom('orders')
    .innerJoin('listings', 'listings.listing', 'orders.listing')
    .innerJoin('uploads', (join) =>
      join.onRef('uploads.account', '=', 'listings.maker').onRef('uploads.upload_id', '=', 'listings.upload_id'),
    )
    .leftJoin('ledger', 'ledger.order_id', 'orders.order_id')
    .select(['orders.buyer', 'listings.policy'])
    .where('orders.state', '=', 'running')
    .where('orders.placed_block', 'is not', null)
    .where('orders.kind', '=', 'compute')
    .where('uploads.sha256', '=', dataset)
    .where('listings.maker', '=', maker)
    .where('ledger.order_id', 'is', null)
    .where('listings.policy', 'is not', null)
    .execute()
  for (const order of waiting) {
    const { bits, epsilonMicros } = costOf(policySchema.parse(JSON.parse(order.policy ?? 'null')))
    spent.bits += bits
    spent.epsilonMicros += epsilonMicros
    if (order.buyer !== buyer) continue
    spent.sponsorBits += bits
    spent.sponsorEpsilonMicros += epsilonMicros
  }
  chargeBudget(policy.budget, spent, costOf(policy))
}
