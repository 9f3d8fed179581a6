import { MAX_UINT256, SHARE_UNITS } from './bounds.js'
import { CurveOutOfRangeError } from './errors.js'
import { isqrt } from './isqrt.js'
import { mulDivDown } from './mul-div.js'

/** What `linearCurve` takes. */
export interface LinearCurveParams {
  /** Units of the asset's decimals. */
  amount: bigint
  /** Shares in existence, 18 decimals. */
  supply: bigint
  /** Price of the first share, asset units per 1e18 share units. */
  p0: bigint
  /** Shares over which the ask rises by p0, 18 decimals. */
  k: bigint
}

/** Shares (18 decimals, rounded down) for `amount` on the ask p0 * (1 + S/k): isqrt((k+S)^2 + 2*k*x*1e18/p0) - (k+S). */
export function linearCurve({ amount, supply, p0, k }: LinearCurveParams): bigint {
  const base = k + supply
  const product = amount * 2n * k
  if (p0 === 0n || product > MAX_UINT256) throw new CurveOutOfRangeError(amount, supply)
  const radicand = base * base + mulDivDown(product, SHARE_UNITS, p0)
  if (radicand > MAX_UINT256) throw new CurveOutOfRangeError(amount, supply)
  return isqrt(radicand) - base
}
