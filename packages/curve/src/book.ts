import { accrue } from './accrue.js'
import { lockRevenue } from './add-revenue.js'
import { assertStorable, type MarketRules, type MarketState } from './market-state.js'

export interface BookParams {
  /** Added to P, asset units. */
  pendingUp: bigint
  /** Taken from P, asset units. */
  pendingDown: bigint
  /** Added to L, asset units. */
  revenue: bigint
  /** Unix seconds. */
  now: number
}

/** Books the effect of orders on their market. */
export function book(state: MarketState, rules: MarketRules, params: BookParams): MarketState {
  const accrued = accrue(state, params.now)
  const pending = accrued.pending + params.pendingUp - params.pendingDown
  return lockRevenue(assertStorable({ ...accrued, pending }), rules, params.revenue)
}
