import { computableCurve } from './computable-curve.js'
import type { Curve } from './curve.js'
import { flatCurve } from './flat-curve.js'
import { linearCurve } from './linear-curve.js'
import { rootCurve } from './root-curve.js'

/** The curves that come with the protocol, by name. */
export const CURVE_NAMES = ['linear', 'flat', 'root', 'computable'] as const
/** One of `CURVE_NAMES`. */
export type CurveName = (typeof CURVE_NAMES)[number]

/** `linear` is LinearCurve on chain, and so on. */
export const CURVES: Readonly<Record<CurveName, Curve>> = {
  linear: linearCurve,
  flat: flatCurve,
  root: rootCurve,
  computable: computableCurve,
}
