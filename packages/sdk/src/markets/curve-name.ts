import { CURVE_NAMES, type CurveName } from '@gristmill/curve'
import type { Address, Deployment } from '@gristmill/protocol'

/** Which curve of the protocol is at an address; nothing for a curve of somebody else. */
export function curveNameOf(deployment: Deployment, curve: Address): CurveName | undefined {
  return CURVE_NAMES.find((name) => deployment[`${name}Curve`].toLowerCase() === curve.toLowerCase())
}
