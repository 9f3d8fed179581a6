import { CURVES, type CurveName, mulDivDown } from '@gristmill/curve'
import { type Address, type Deployment, SHARE_UNIT } from '@gristmill/protocol'
import type { CreateMarketParams } from './create-market.js'
import { curveNameOf } from './curve-name.js'

/**
 * Where the curve of a market to be is. One of the protocol's is asked what Markets will ask it: throws
 * `CurveParametersError` or `CurveOutOfRangeError` if it would refuse.
 */
export function resolveCurve(
  deployment: Deployment,
  { curve = 'linear', p0, k, seed }: Pick<CreateMarketParams, 'curve' | 'p0' | 'k' | 'seed'>,
): Address {
  const name = isAddress(curve) ? curveNameOf(deployment, curve) : curve
  if (name === undefined) return curve as Address
  // Without a price there is no supply to ask about, and Markets refuses it.
  if (p0 > 0n) CURVES[name].sharesFor({ amount: seed, supply: mulDivDown(seed, SHARE_UNIT, p0), reserve: seed, p0, k })
  return deployment[`${name}Curve`]
}

function isAddress(curve: CurveName | Address): curve is Address {
  return curve.startsWith('0x')
}
