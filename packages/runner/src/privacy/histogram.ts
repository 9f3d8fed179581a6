import { BINS_MIN, dimensionsOf, histogramGroups, isNumberLabel, type Policy, type Table } from '@gristmill/protocol'
import { toBfloat16 } from '../model/bfloat16.js'
import type { ModelTensor } from '../model/values.js'
import { discreteLaplace } from './discrete-laplace.js'
import { clamp } from './grid.js'
import type { Keystream } from './keystream.js'

/**
 * Bins of a policy's histogram, into which every number is cut: as many as its cells beside the categories say. Without
 * numbers as many as a number label has, else two: a category's value is 0 or 1, and there are at least so many.
 */
export function binsOf({ table, artifact }: Pick<Policy, 'table' | 'artifact'>): number {
  const numbers = table.features.filter(({ type }) => type === 'number').length
  const categories = dimensionsOf(table) - numbers
  const [groups = BINS_MIN, cells = 0] = artifact.tensors[0]?.shape ?? []
  if (numbers > 0) return (cells - categories) / numbers
  return isNumberLabel(table.label) ? groups : BINS_MIN
}

export interface NoisyCountsParams {
  /** Of one class, or bin of the label, after the other the cells of every column. */
  counts: readonly number[]
  columns: number
  epsilonMicros: number
  noise: Keystream
}

/**
 * Counts with noise (Dwork, McSherry, Nissim, Smith, TCC 2006, example 3).
 *
 * Proof. Every row is in one cell of every column. If it is another row, one count of each column falls by one and one
 * rises by one, whatever its class or bin of the label was and is: all counts together move by at most 2 columns, so discrete Laplace noise of that scale
 * over epsilon on each makes them epsilon-private. For two tables as in `aggregate`, of the same number of rows.
 */
export function noisyCounts({ counts, columns, epsilonMicros, noise }: NoisyCountsParams): bigint[] {
  const scale = { numerator: 2n * BigInt(columns) * 1_000_000n, denominator: BigInt(epsilonMicros) }
  return counts.map((count) => BigInt(count) + discreteLaplace(noise, scale))
}

export interface CountParams {
  policy: Pick<Policy, 'table' | 'artifact'>
  privacy: Extract<Policy['privacy'], { mode: 'trusted-dp' }>
  /** What the trainer wrote, as f64: of every class, or bin of the label, and encoded value `binsOf` counts. */
  output: Uint8Array
  noise: Keystream
}

/** A histogram of every column by class, or by bin of a number label, with noise. */
export function histogram({ policy, privacy, output, noise }: CountParams): ModelTensor[] {
  const { table, artifact } = policy
  const bins = binsOf(policy)
  const view = new DataView(output.buffer, output.byteOffset, output.byteLength)
  const counts = cellsOf(table, bins).map((index) => view.getFloat64(8 * index, true))
  const { epsilonMicros } = privacy
  const noisy = noisyCounts({ counts, columns: table.features.length, epsilonMicros, noise })
  return artifact.tensors.map(({ name, shape, release, range }) => ({
    name,
    shape,
    release,
    values: Float64Array.from(noisy, (count) => toBfloat16(clamp(Number(count), range))),
  }))
}

/** Of all that is counted of every class, what is told: every bin of a number, of a category the rows that have it. */
function cellsOf(table: Table, bins: number): number[] {
  const told = table.features.flatMap((column) =>
    column.type === 'number'
      ? [Array.from({ length: bins }, (_, bin) => bin)]
      : column.categories.map(() => [bins - 1]),
  )
  return Array.from({ length: histogramGroups(table, bins) }, (_, of) => of).flatMap((of) =>
    told.flatMap((parts, index) => parts.map((bin) => (of * told.length + index) * bins + bin)),
  )
}
