import { accrue } from './accrue.js'
import { MAX_AMOUNT } from './bounds.js'
import { AmountOutOfRangeError } from './errors.js'
import { assertStorable, type MarketRules, type MarketState } from './market-state.js'

export interface AddRevenueParams {
  /** Asset units. */
  amount: bigint
  /** Unix seconds. */
  now: number
}

/** Adds revenue to L; the drip's end becomes the mean of the old and the new one, weighted by money. */
export function addRevenue(state: MarketState, rules: MarketRules, { amount, now }: AddRevenueParams): MarketState {
  if (amount <= 0n || amount > MAX_AMOUNT) throw new AmountOutOfRangeError(amount, MAX_AMOUNT)
  return lockRevenue(accrue(state, now), rules, amount)
}

/** Adds `amount` to the L of an accrued state; dust cannot stretch the drip, for its weight is its amount. */
export function lockRevenue(state: MarketState, rules: MarketRules, amount: bigint): MarketState {
  if (amount === 0n) return state
  const now = state.lastAccrual
  const remainingSeconds = BigInt(Math.max(0, state.dripEnd - now))
  const locked = state.locked + amount
  const seconds = (state.locked * remainingSeconds + amount * BigInt(rules.dripSeconds)) / locked
  return assertStorable({ ...state, locked, dripEnd: now + Number(seconds) })
}
