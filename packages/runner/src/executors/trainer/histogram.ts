import type { Rows } from './rows.js'

/**
 * Rows of every class, by encoded value and by which of `bins` equal parts of [0, 1] it lies in; a part has its lower bound
 * and not its upper one, but the last has both. Of a number label its range is cut into as many parts, which stand for classes.
 */
export function countRows({
  rows,
  dimensions,
  classes,
  labels,
  features,
  bins,
}: Rows & { bins: number }): Float64Array {
  const counts = new Float64Array((classes || bins) * dimensions * bins)
  const binOf = (share: number) => Math.min(bins - 1, Math.max(0, Math.floor(share * bins)))
  for (let row = 0; row < rows; row++) {
    const group = classes === 0 ? binOf((labels[row]! + 1) / 2) : labels[row]!
    for (let index = 0; index < dimensions; index++) {
      const bin = binOf(features[row * dimensions + index]!)
      counts[(group * dimensions + index) * bins + bin]! += 1
    }
  }
  return counts
}
