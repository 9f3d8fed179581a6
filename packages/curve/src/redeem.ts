import { accrue } from './accrue.js'
import { DEAD_SHARES } from './bounds.js'
import { SharesOutOfRangeError } from './errors.js'
import type { MarketState } from './market-state.js'
import { mulDivDown } from './mul-div.js'

export interface RedeemParams {
  /** Share units, 18 decimals. */
  shares: bigint
  /** Unix seconds. */
  now: number
}

export interface RedeemResult {
  state: MarketState
  /** What is paid, asset units. */
  amount: bigint
}

/** Money (asset units) that `redeem` would pay at `now`: floor(shares * U / S). */
export function quoteRedeem(state: MarketState, { shares, now }: RedeemParams): bigint {
  const redeemable = state.supply - DEAD_SHARES
  if (shares <= 0n || shares > redeemable) throw new SharesOutOfRangeError(shares, redeemable)
  const { unlocked, supply } = accrue(state, now)
  return mulDivDown(shares, unlocked, supply)
}

/** Burns shares for their part of U; locked revenue is left to those who stay. */
export function redeem(state: MarketState, params: RedeemParams): RedeemResult {
  const amount = quoteRedeem(state, params)
  const accrued = accrue(state, params.now)
  const next = { ...accrued, unlocked: accrued.unlocked - amount, supply: accrued.supply - params.shares }
  return { state: next, amount }
}
