import { lockRevenue } from './add-revenue.js'
import { assertStorable, type MarketRules, type MarketState } from './market-state.js'

/** What `book` takes. */
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

/** Books the effect of orders on their market; the drip moves only if there is revenue. */
export function book(state: MarketState, rules: MarketRules, params: BookParams): MarketState {
  const pending = state.pending + params.pendingUp - params.pendingDown
  const booked = assertStorable({ ...state, pending })
  if (params.revenue === 0n) return booked
  return lockRevenue(booked, rules, { amount: params.revenue, now: params.now })
}
