import type { Privacy, Tensor } from '@gristmill/protocol'
import { valuesIn } from '@gristmill/protocol/model'
import { toBfloat16 } from '../model/bfloat16.js'
import type { ModelTensor } from '../model/values.js'
import { discreteLaplace } from './discrete-laplace.js'
import { clamp, fromUnits, toUnits } from './grid.js'
import type { Keystream } from './keystream.js'

export interface AggregateParams {
  tensors: readonly Tensor[]
  /** Of every block, as f64 in the order of the tensors; undefined for one that failed. */
  outputs: readonly (Uint8Array | undefined)[]
  privacy: Extract<Privacy, { mode: 'sample-aggregate' }>
  noise: Keystream
}

/**
 * The average of what an algorithm says of every block, with noise: sample and aggregate (Nissim, Raskhodnikova, Smith, STOC
 * 2007), as GUPT does it (Mohan et al., SIGMOD 2012). Nothing is believed of the algorithm.
 *
 * Proof. Take two tables with the same number of rows that differ in one row. It is in one block, so for each of the p
 * values one of the k numbers differs, by at most the width w of the range to which all are clipped: a block that failed,
 * and what is no number, counts as 0 in that range. So the sum, in whole units, changes by at most w. With discrete Laplace
 * noise of scale w p / epsilon each sum is (epsilon / p)-private, all p of them epsilon-private (basic composition), and
 * dividing by k, clipping and rounding to the grid of the release look at nothing else.
 */
export function aggregate({ tensors, outputs, privacy, noise }: AggregateParams): ModelTensor[] {
  const parameters = tensors.reduce((sum, tensor) => sum + valuesIn(tensor), 0)
  const views = outputs.map((output) => output && new DataView(output.buffer, output.byteOffset, output.byteLength))
  let offset = 0
  return tensors.map(({ name, shape, release, range }) => {
    const clip = clippedRange(range, privacy.clipMicros)
    const scale = {
      numerator: (toUnits(clip[1]) - toUnits(clip[0])) * BigInt(parameters) * 1_000_000n,
      denominator: BigInt(privacy.epsilonMicros),
    }
    const values = Float64Array.from({ length: valuesIn({ shape }) }, () => {
      const sum = views.reduce(
        (total, view) => total + toUnits(clamp(view === undefined ? 0 : view.getFloat64(offset, true), clip)),
        discreteLaplace(noise, scale),
      )
      offset += 8
      return toBfloat16(clamp(fromUnits(sum, views.length), clip))
    })
    return { name, shape, release, values }
  })
}

/** The part of a tensor's range in which values are averaged. */
function clippedRange([least, most]: readonly [number, number], clipMicros: number): [number, number] {
  return [Math.max(least, -clipMicros / 1e6), Math.min(most, clipMicros / 1e6)]
}
