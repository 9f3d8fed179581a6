import type { Rows } from './rows.js'

/**
 * Rows of every class, by encoded value and by which of `bins` equal parts of [0, 1] it lies in; a part has its lower bound
 * and not its upper one, but the last has both.
 */
export function countRows({
  rows,
  dimensions,
  classes,
  labels,
  features,
  bins,
}: Rows & { bins: number }): Float64Array {
  const counts = new Float64Array(classes * dimensions * bins)
  for (let row = 0; row < rows; row++) {
    for (let index = 0; index < dimensions; index++) {
      const value = features[row * dimensions + index]!
      const bin = Math.min(bins - 1, Math.max(0, Math.floor(value * bins)))
      counts[(labels[row]! * dimensions + index) * bins + bin]! += 1
    }
  }
  return counts
}
