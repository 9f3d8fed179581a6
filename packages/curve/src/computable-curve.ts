import { MAX_UINT256, SHARE_UNITS } from './bounds.js'
import type { Curve, CurveParams } from './curve.js'
import { CurveOutOfRangeError, CurveParametersError } from './errors.js'
import { max } from './min-max.js'
import { mulDivDown } from './mul-div.js'

/** Share units that a price counts. */
const LOT = 10n ** 9n
const PERCENT = 100n

/**
 * Computable's Reserve: p = floor + floor(spread*R*1e9 / (100*max(S, 1e18))), d = floor(x/p)*1e9, the price being that
 * of the state before the purchase. p0 = floor * 1e9; k = spread * 1e18, a spread in whole percent from 100 on.
 */
export const computableCurve: Curve = {
  sharesFor({ amount, ...state }) {
    const price = lotPriceOf(state)
    const shares = (amount / price) * LOT
    const largest = max(max(price, shares), PERCENT * state.supply)
    if (largest > MAX_UINT256) throw new CurveOutOfRangeError(amount, state.supply)
    return shares
  },
  askAt: (state) => lotPriceOf(state) * LOT,
}

/** Asset units per 1e9 share units. */
function lotPriceOf({ supply, reserve, p0, k }: Omit<CurveParams, 'amount'>): bigint {
  const spread = k / SHARE_UNITS
  if (p0 === 0n || p0 % LOT !== 0n || k % SHARE_UNITS !== 0n || spread < PERCENT) throw new CurveParametersError(p0, k)
  return p0 / LOT + mulDivDown(reserve, spread * LOT, PERCENT * max(supply, SHARE_UNITS))
}
