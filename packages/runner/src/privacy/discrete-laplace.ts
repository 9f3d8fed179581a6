import type { Keystream } from './keystream.js'

/** A positive fraction in whole numbers. */
export interface Fraction {
  numerator: bigint
  denominator: bigint
}

/**
 * A whole number x with probability (1 - e^(-1/b)) / (1 + e^(-1/b)) · e^(-|x|/b), b being the scale: exactly, in whole numbers
 * alone. Floating-point samplers of Laplace noise leave gaps that tell what it was added to (Mironov, CCS 2012). Added to a
 * whole number that one row changes by at most `b` ε it is ε-differentially private.
 *
 * Algorithm 2 of Canonne, Kamath, Steinke, "The Discrete Gaussian for Differential Privacy", NeurIPS 2020.
 */
export function discreteLaplace(stream: Keystream, { numerator: t, denominator: s }: Fraction): bigint {
  for (;;) {
    const u = stream.below(t)
    if (!isDrawnWithExp(stream, u, t)) continue
    let v = 0n
    while (isDrawnWithExp(stream, 1n, 1n)) v++
    const magnitude = (u + t * v) / s
    const isNegative = stream.below(2n) === 1n
    // Zero would come up twice.
    if (isNegative && magnitude === 0n) continue
    return isNegative ? -magnitude : magnitude
  }
}

/** True with probability e^(-p/q), for p from 0 to q: Algorithm 1 of the same, first case. */
function isDrawnWithExp(stream: Keystream, p: bigint, q: bigint): boolean {
  let k = 1n
  while (stream.below(q * k) < p) k++
  return k % 2n === 1n
}
