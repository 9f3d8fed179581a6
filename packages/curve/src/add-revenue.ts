import { accrue } from './accrue.js'
import { MAX_AMOUNT } from './bounds.js'
import { AmountOutOfRangeError } from './errors.js'
import { assertStorable, type MarketRules, type MarketState } from './market-state.js'

/** What `addRevenue` takes. */
export interface AddRevenueParams {
  /** Asset units. */
  amount: bigint
  /** Unix seconds. */
  now: number
}

/** Adds revenue to L; the drip's end becomes the mean of the old and the new one, weighted by money. */
export function addRevenue(state: MarketState, rules: MarketRules, params: AddRevenueParams): MarketState {
  if (params.amount <= 0n || params.amount > MAX_AMOUNT) throw new AmountOutOfRangeError(params.amount, MAX_AMOUNT)
  return lockRevenue(state, rules, params)
}

/** `addRevenue` without the bound on the amount; dust cannot stretch the drip, for its weight is its amount. */
export function lockRevenue(state: MarketState, rules: MarketRules, { amount, now }: AddRevenueParams): MarketState {
  const accrued = accrue(state, now)
  const leftSeconds = accrued.locked === 0n ? 0n : BigInt(accrued.dripEnd - now)
  const locked = accrued.locked + amount
  const seconds = (accrued.locked * leftSeconds + amount * BigInt(rules.dripSeconds)) / locked
  return assertStorable({ ...accrued, locked, dripEnd: now + Number(seconds), lastAccrual: now })
}
