import { accrue } from './accrue.js'
import { DEAD_SHARES } from './bounds.js'
import { SharesOutOfRangeError } from './errors.js'
import type { MarketState } from './market-state.js'
import { mulDivDown } from './mul-div.js'

/** What `redeem` and `quoteRedeem` take. */
export interface RedeemParams {
  /** Share units, 18 decimals. */
  shares: bigint
  /** Unix seconds. */
  now: number
}

/** What `redeem` gives. */
export interface RedeemResult {
  state: MarketState
  /** What is paid, asset units. */
  amount: bigint
}

/** Money (asset units) that `redeem` would pay at `now`: floor(shares * U / S). */
export function quoteRedeem(state: MarketState, { shares, now }: RedeemParams): bigint {
  assertShares(shares, { min: 0n, max: state.supply })
  const { unlocked, supply } = accrue(state, now)
  return mulDivDown(shares, unlocked, supply)
}

/** Burns shares for their part of U; locked revenue is left to those who stay. */
export function redeem(state: MarketState, params: RedeemParams): RedeemResult {
  assertShares(params.shares, { min: 1n, max: state.supply - DEAD_SHARES })
  const amount = quoteRedeem(state, params)
  const accrued = accrue(state, params.now)
  const next = { ...accrued, unlocked: accrued.unlocked - amount, supply: accrued.supply - params.shares }
  return { state: next, amount }
}

function assertShares(shares: bigint, bounds: { min: bigint; max: bigint }): void {
  if (shares < bounds.min || shares > bounds.max) throw new SharesOutOfRangeError(shares, bounds)
}
