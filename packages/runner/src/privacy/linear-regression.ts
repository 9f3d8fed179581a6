import { dimensionsOf, type Policy, scoresOf } from '@gristmill/protocol'
import { valuesIn } from '@gristmill/protocol/model'
import { LENGTH_UNITS, sumsOf } from '../executors/trainer/linear-regression.js'
import { toBfloat16 } from '../model/bfloat16.js'
import type { ModelTensor } from '../model/values.js'
import { discreteLaplace } from './discrete-laplace.js'
import { clamp } from './grid.js'
import type { Keystream } from './keystream.js'
import { solveRidge } from './solve-ridge.js'

/**
 * How far the sums of `sumProducts` can move when one row is another: the sum of all moves, in whole units.
 *
 * Proof. A row x has at most the length L. Over the pairs i ≤ j, |x_i x_j| sums to (|x|₁² + |x|²) / 2 ≤ (width + 1) L² / 2, for
 * |x|₁ ≤ √width |x|; with the target, which is ± L or a number from -L to L, it sums to L |x|₁ ≤ √width L² at most for every output. Another row takes away as
 * much at most, and adds as much. All of it is whole numbers, and L holds exactly.
 */
export function sumSensitivity({ width, outputs }: { width: number; outputs: number }): bigint {
  const square = LENGTH_UNITS ** 2
  // The sum is below 2^53, so the square root is off by less than one.
  return BigInt((width + 1) * square) + BigInt(Math.ceil(2 * outputs * Math.sqrt(width) * square)) + 1n
}

export interface NoisySumsParams {
  sums: ArrayLike<number>
  width: number
  outputs: number
  epsilonMicros: number
  noise: Keystream
}

/** The sums with noise: epsilon-private together, since the noise is of the scale of how far all of them move over epsilon. */
export function noisySums({ sums, width, outputs, epsilonMicros, noise }: NoisySumsParams): bigint[] {
  const scale = {
    numerator: sumSensitivity({ width, outputs }) * 1_000_000n,
    denominator: BigInt(epsilonMicros),
  }
  return Array.from(sums, (sum) => BigInt(sum) + discreteLaplace(noise, scale))
}

export interface RegressParams {
  policy: Pick<Policy, 'table' | 'artifact'>
  privacy: Extract<Policy['privacy'], { mode: 'trusted-dp' }>
  lambdaMicros: number
  /** Trained on. */
  rows: number
  /** What the trainer wrote, as f64. */
  output: Uint8Array
  noise: Keystream
}

/**
 * Linear regression of the class, 1 or -1, or of a number label, by sums with noise: what regression has to know of the rows is made private, and
 * the weights follow from that alone (Vu, Slavkovic, "Differential Privacy for Clinical Trial Data", ICDMW 2009; Foulds,
 * Geumlek, Welling, Chaudhuri, "On the Theory and Practice of Privacy-Preserving Bayesian Data Analysis", UAI 2016). Two tables
 * as in `aggregate`; the noise is discrete, on the whole units of the sums.
 */
export function regress({ policy, privacy, lambdaMicros, rows, output, noise }: RegressParams): ModelTensor[] {
  const width = dimensionsOf(policy.table) + 1
  const outputs = scoresOf(policy.table)
  const view = new DataView(output.buffer, output.byteOffset, output.byteLength)
  const exact = Array.from({ length: sumsOf(width, outputs) }, (_, index) => view.getFloat64(8 * index, true))
  const { epsilonMicros } = privacy
  const sums = noisySums({ sums: exact, width, outputs, epsilonMicros, noise })
  // From here on no row is looked at.
  const square = LENGTH_UNITS ** 2
  const values = sums.map((sum) => Number(sum) / square)
  const pairs = values.length - outputs * width
  const scale = Number(sumSensitivity({ width, outputs })) / square / (epsilonMicros / 1e6)
  // As wide as the noise of a matrix is, so that what is only noise is not taken for a direction of the rows.
  const ridge = (rows * lambdaMicros) / 1e6 + scale * Math.sqrt(2 * width)
  const targets = Array.from({ length: outputs }, (_, index) =>
    Float64Array.from(values.slice(pairs + index * width, pairs + (index + 1) * width)),
  )
  const weights = solveRidge({ upper: Float64Array.from(values.slice(0, pairs)), targets, ridge })
  // A length of `clip` was one.
  const clip = privacy.clipMicros / 1e6
  return policy.artifact.tensors.map(({ name, shape, release, range }) => {
    const released = Float64Array.from({ length: valuesIn({ shape }) }, (_, index) => {
      const [of, at] = name === 'coef' ? [Math.floor(index / (width - 1)), index % (width - 1)] : [index, width - 1]
      return toBfloat16(clamp(weights[of]![at]! / clip, range))
    })
    return { name, shape, release, values: released }
  })
}
