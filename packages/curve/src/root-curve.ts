import { MAX_UINT256, SHARE_UNITS } from './bounds.js'
import type { Curve, CurveParams } from './curve.js'
import { CurveOutOfRangeError, CurveParametersError } from './errors.js'
import { isqrt } from './isqrt.js'
import { max } from './min-max.js'
import { mulDivDown, mulDivUp } from './mul-div.js'

/** Binary digits behind the point. */
const POINT = 112n
const MAX_ROOTS = 16n

/**
 * Bancor's curve with the reserve ratio F = 1 - 2^-n, the ask R/(S*F), for k = n * 1e18 with n from 1 to 16:
 * d = S*((R+x)/R)^F - S by n square roots, each rounded up. Never above the real value, and below it by less than
 * 1 + (S+d)*2^-111. p0 prices the seed only. In a market, where only the principal joins the reserve, a purchase in parts
 * gets more shares than at once, up to what the ask gives.
 */
export const rootCurve: Curve = {
  sharesFor({ amount, supply, reserve, p0, k }) {
    const roots = rootsOf({ p0, k })
    const refuse = () => new CurveOutOfRangeError(amount, supply)
    const grown = reserve + amount
    const scaled = supply << POINT
    if (reserve === 0n || grown > MAX_UINT256 || scaled > MAX_UINT256) throw refuse()
    let root = mulDivUp(grown, 1n << (2n * POINT), reserve)
    if (root > MAX_UINT256) throw refuse()
    root = isqrtUp(root)
    for (let count = 1n; count < roots; count += 1n) root = isqrtUp(root << POINT)
    const divisor = reserve * root
    if (divisor > MAX_UINT256) throw refuse()
    // For less than 2^-112 of the reserve the root's rounding exceeds the growth.
    return max(mulDivDown(scaled, grown, divisor), supply) - supply
  },
  askAt({ supply, reserve, p0, k }) {
    const parts = 1n << rootsOf({ p0, k })
    return mulDivUp(reserve * parts, SHARE_UNITS, supply * (parts - 1n))
  },
}

/** n of the reserve ratio 1 - 2^-n. */
function rootsOf({ p0, k }: Pick<CurveParams, 'p0' | 'k'>): bigint {
  const roots = k / SHARE_UNITS
  if (k % SHARE_UNITS !== 0n || roots === 0n || roots > MAX_ROOTS) throw new CurveParametersError(p0, k)
  return roots
}

/** Smallest integer whose square is not below `value`. */
function isqrtUp(value: bigint): bigint {
  const root = isqrt(value)
  return root * root < value ? root + 1n : root
}
