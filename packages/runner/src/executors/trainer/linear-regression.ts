import { outputsFor, type Rows } from './rows.js'

/** Length, in whole units, to which a row is scaled down at most. Small enough that sums of products stay exact. */
export const LENGTH_UNITS = 2 ** 14

/** Most rows whose products, each at most `LENGTH_UNITS`², have a sum that a double holds exactly. */
const ROWS_MAX = 2 ** 24

/** Number of sums over the rows: pairs of `width` values with each other, and every value with the target of every output. */
export function sumsOf(width: number, outputs: number): number {
  return (width * (width + 1)) / 2 + outputs * width
}

/**
 * What linear regression has to know of the rows, exactly, in whole units: the sum of x_i x_j for i ≤ j in the order of i,
 * then j, and for each output that of x_i y. x is the row with a 1 behind it, no longer than `LENGTH_UNITS`; y is
 * `LENGTH_UNITS` for rows of the output's class and minus that for others. Of a number label y is the label times
 * `LENGTH_UNITS`, kept within ± `LENGTH_UNITS`, and scaled down with its row where that is longer than `clip`: what weights
 * say of the row as it was is then still the label.
 */
export function sumProducts({
  rows,
  dimensions,
  classes,
  labels,
  features,
  clip,
}: Rows & { clip: number }): Float64Array {
  if (rows > ROWS_MAX) throw new RangeError(`at most ${ROWS_MAX} rows are summed exactly`)
  const width = dimensions + 1
  const outputs = outputsFor(classes)
  const pairs = (width * (width + 1)) / 2
  const sums = new Float64Array(sumsOf(width, outputs))
  for (let row = 0; row < rows; row++) {
    const { x, scaled } = wholeRow(features.subarray(row * dimensions, (row + 1) * dimensions), clip)
    let at = 0
    for (let i = 0; i < width; i++) {
      for (let j = i; j < width; j++) sums[at++]! += x[i]! * x[j]!
    }
    for (let output = 0; output < outputs; output++) {
      const y =
        classes === 0 ? wholeNumber(labels[row]!, scaled) : wholeSign(labels[row] === (classes === 2 ? 1 : output))
      for (let i = 0; i < width; i++) sums[pairs + output * width + i]! += x[i]! * y
    }
  }
  return sums
}

const wholeSign = (isPositive: boolean) => (isPositive ? LENGTH_UNITS : -LENGTH_UNITS)

/** Towards zero and kept within the units, whatever the number is: the proof of `sumSensitivity` rests on it alone. */
function wholeNumber(label: number, scaled: number): number {
  return Math.max(-LENGTH_UNITS, Math.min(LENGTH_UNITS, Math.trunc(LENGTH_UNITS * scaled * label) || 0))
}

interface WholeRow {
  x: Float64Array
  /** What is left of a length above `clip`, up to 1. */
  scaled: number
}

/** A row with a 1 behind it, scaled so that a length of `clip` is `LENGTH_UNITS`, longer ones to exactly no more than that. */
function wholeRow(features: Float64Array, clip: number): WholeRow {
  const row = new Float64Array(features.length + 1)
  row.set(features)
  row[features.length] = 1
  const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0))
  const factor = LENGTH_UNITS / Math.max(clip, length)
  // Towards zero, which never makes a row longer.
  let whole = row.map((value) => Math.trunc(factor * value))
  // The squares are exact; the factor was not.
  while (whole.reduce((sum, value) => sum + value * value, 0) > LENGTH_UNITS ** 2) {
    whole = whole.map((value) => Math.trunc(value * (1 - 2 ** -10)))
  }
  return { x: whole, scaled: clip / Math.max(clip, length) }
}
