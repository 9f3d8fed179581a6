import { MAX_UINT256, SHARE_UNITS } from './bounds.js'
import type { Curve } from './curve.js'
import { CurveOutOfRangeError } from './errors.js'
import { mulDivDown, mulDivUp } from './mul-div.js'

/**
 * The ask R/S, what a share is worth, so that the spread over NAV always binds: d = floor(x*S/R), the curve of The
 * Graph's L2Curation. p0 prices the seed only, k means nothing.
 */
export const flatCurve: Curve = {
  sharesFor({ amount, supply, reserve }) {
    if (reserve === 0n) throw new CurveOutOfRangeError(amount, supply)
    const shares = mulDivDown(amount, supply, reserve)
    if (shares > MAX_UINT256) throw new CurveOutOfRangeError(amount, supply)
    return shares
  },
  askAt: ({ supply, reserve }) => mulDivUp(reserve, SHARE_UNITS, supply),
}
