import { dimensionsOf, type Policy, scoresOf } from '@gristmill/protocol'
import { valuesIn } from '@gristmill/protocol/model'
import { TOLERANCE } from '../executors/trainer/logistic-regression.js'
import { toBfloat16 } from '../model/bfloat16.js'
import type { ModelTensor } from '../model/values.js'
import { discreteLaplace } from './discrete-laplace.js'
import { clamp, fromUnits, toUnits } from './grid.js'
import type { Keystream } from './keystream.js'

export interface SensitivityParams {
  /** Trained on. */
  rows: number
  /** Values of one output: coefficients and intercept. */
  width: number
  clip: number
  lambda: number
}

/**
 * How far the coefficients of one output of logistic regression can move when one row is another: the sum of all moves, in
 * whole units, after rounding to them.
 *
 * Proof. Let w and v be the optima of two tables of n rows that differ in one. Both losses are lambda-strongly convex, and
 * their gradients differ by (g - h) / n, g and h being the gradients of the row that differs, each at most `clip` long since
 * the logistic loss has a slope of at most 1 and rows are at most `clip` long. So |w - v| ≤ 2 clip / (n lambda): corollary 8 of
 * Chaudhuri, Monteleoni, Sarwate, "Differentially Private Empirical Risk Minimization", JMLR 2011. What is learned is within
 * `TOLERANCE` of the optimum, both times; the sum of the moves of `width` coefficients is at most √width times their length;
 * rounding each to a whole number moves the difference by at most one.
 */
export function sensitivityOf({ rows, width, clip, lambda }: SensitivityParams): bigint {
  const length = (2 * clip) / (rows * lambda) + 2 * TOLERANCE
  // A millionth more, for the rounding of this very line and of the trainer's sums.
  return toUnits(Math.sqrt(width) * length * (1 + 1e-6)) + 1n + BigInt(width)
}

export interface PerturbParams {
  policy: Pick<Policy, 'table' | 'artifact'>
  privacy: Extract<Policy['privacy'], { mode: 'trusted-dp' }>
  lambdaMicros: number
  /** Trained on. */
  rows: number
  /** What the trainer wrote: coefficients, output by output, then the intercepts, as f64. */
  output: Uint8Array
  noise: Keystream
}

/**
 * What a trainer has learned, with noise: the sensitivity method of Chaudhuri, Monteleoni, Sarwate (their algorithm 1) with
 * discrete Laplace noise on every coefficient in place of noise of a random direction, which has no exact sampler. It is
 * wider by a factor of about √2. Each output has its share of epsilon; two tables as in `aggregate`.
 */
export function perturb({ policy, privacy, lambdaMicros, rows, output, noise }: PerturbParams): ModelTensor[] {
  const dimensions = dimensionsOf(policy.table)
  const outputs = scoresOf(policy.table)
  const sensitivity = sensitivityOf({
    rows,
    width: dimensions + 1,
    clip: privacy.clipMicros / 1e6,
    lambda: lambdaMicros / 1e6,
  })
  const scale = {
    numerator: sensitivity * BigInt(outputs) * 1_000_000n,
    denominator: BigInt(privacy.epsilonMicros),
  }
  const view = new DataView(output.buffer, output.byteOffset, output.byteLength)
  return policy.artifact.tensors.map(({ name, shape, release, range }) => {
    const start = name === 'coef' ? 0 : outputs * dimensions
    const values = Float64Array.from({ length: valuesIn({ shape }) }, (_, index) => {
      const learned = toUnits(view.getFloat64(8 * (start + index), true))
      return toBfloat16(clamp(fromUnits(learned + discreteLaplace(noise, scale)), range))
    })
    return { name, shape, release, values }
  })
}
