import { MAX_UINT256, SHARE_UNITS } from './bounds.js'
import type { Curve } from './curve.js'
import { CurveOutOfRangeError } from './errors.js'
import { isqrt } from './isqrt.js'
import { mulDivDown, mulDivUp } from './mul-div.js'

/**
 * The ask p0 * (1 + S/k), where k is the shares over which it rises by p0: d = isqrt((k+S)^2 + 2*k*x*1e18/p0) - (k+S).
 */
export const linearCurve: Curve = {
  sharesFor({ amount, supply, p0, k }) {
    const base = k + supply
    const product = amount * 2n * k
    if (p0 === 0n || product > MAX_UINT256) throw new CurveOutOfRangeError(amount, supply)
    const radicand = base * base + mulDivDown(product, SHARE_UNITS, p0)
    if (radicand > MAX_UINT256) throw new CurveOutOfRangeError(amount, supply)
    return isqrt(radicand) - base
  },
  askAt: ({ supply, p0, k }) => mulDivUp(p0, k + supply, k),
}
