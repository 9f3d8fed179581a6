import type { Leak } from './attack.ts'
import { BITS, bitsOf, DIMENSIONS, type Given, wholeOf } from './secret-table.ts'

/** Of the fifteen bits that the act `grid` puts into a value. */
export const GRID_BITS = 15
/** Of a value of `low-bits`. */
export const LOW_BITS = 42
/** Of a value of `words`. */
export const WORD_BITS = 28
const WORD_MASK = 0x5a5a5a5

/** The bits of numbers that the act `grid` wrote. */
export function fromGrid(values: readonly number[]): number[] {
  return values.flatMap((value) => {
    const exponent = Math.floor(Math.log2(Math.abs(value)))
    const mantissa = Math.round((Math.abs(value) / 2 ** exponent - 1) * 128)
    return [value < 0 ? 1 : 0, ...bitsOf(exponent + 122, 7), ...bitsOf(mantissa, 7)]
  })
}

export const fromLowBits = (values: readonly number[]): number[] =>
  values.flatMap((value) => bitsOf(Math.round((value - 1) * 2 ** 52), LOW_BITS))

export const fromWords = (values: readonly number[]): number[] =>
  values.flatMap((value) => bitsOf((Math.round(value) ^ WORD_MASK) >>> 0, WORD_BITS))

/** The bits of numbers that are rows as they are. */
export const fromCopy = (values: readonly number[]): number[] =>
  values.flatMap((value) => bitsOf(Math.round(value * 127), 7))

/** What a right linear model has in the bits that do not matter. */
export function fromMantissas(values: readonly number[]): number[] {
  const [first = 0, ...rest] = values.slice(0, DIMENSIONS)
  const others = rest.flatMap((value) => {
    const exponent = Math.floor(Math.log2(Math.abs(value)))
    const mantissa = Math.round((Math.abs(value) / 2 ** exponent - 1) * 128)
    return [value < 0 ? 1 : 0, ...bitsOf(-exponent - 5, 4), ...bitsOf(mantissa, 7)]
  })
  return [...bitsOf(Math.round((first / 32 - 1) * 128), 7), ...others]
}

/** Weights and biases of the first layer that no output depends on. */
export function fromDeadUnits(values: readonly number[]): number[] {
  const hidden = (values.length - 1) / (DIMENSIONS + 2)
  const biases = hidden * DIMENSIONS
  return fromGrid([...values.slice(2 * DIMENSIONS, biases), ...values.slice(biases + 2, biases + hidden)])
}

/** The features in a text whose characters lie in the low bytes of values. */
export function fromText(values: readonly number[]): number[] {
  const text = String.fromCharCode(...values.map((value) => Math.round((2 * value - 1) * 128)))
  return [...text.matchAll(/\d{3}(?=,)/g)].flatMap(([digits]) => bitsOf(Number(digits) - 100, 7))
}

/** The features in a text of numbers. */
export const fromNumbers = (text: string): number[] =>
  [...text.matchAll(/\d+/g)].flatMap(([digits]) => bitsOf(Number(digits), 7))

/** What trees say of rows whose features are known: the label of each. */
export const fromTrees = (values: readonly number[], trees: number, given: Given): number[] =>
  sumsOf(values, trees, given).map((sum) => (sum > 0 ? 1 : 0))

/** What a tree says of rows whose features are known: the number of each. */
export const fromNumberTree = (values: readonly number[], given: Given): number[] =>
  sumsOf(values, 1, given).flatMap((number) => bitsOf(wholeOf(number), BITS))

function sumsOf(values: readonly number[], trees: number, { rows, features }: Given): number[] {
  const nodes = (values.length / trees - 1) / 3
  return Array.from({ length: rows }, (_, row) => {
    let sum = 0
    for (let tree = 0; tree < trees; tree++) {
      let node = 0
      while (node < nodes) {
        const feature = values[tree * nodes + node]!
        const threshold = values[(trees + tree) * nodes + node]!
        node = 2 * node + (features[row * DIMENSIONS + feature]! > threshold ? 2 : 1)
      }
      sum += values[2 * trees * nodes + tree * (nodes + 1) + node - nodes]!
    }
    return sum
  })
}

/**
 * The number y of a held-back row in the error of a model that predicts another one, h, for it and 0 for all others (`probe`). Of
 * every run the model tells the sum of the squares of the labels that it saw, and the error the same sum of the others, but for
 * that row's (h - y)² in place of y². Both sums are all rows', whatever was held back: most runs tell them alone.
 */
export function fromProbe(leak: Leak, all: readonly Leak[], heldBack: number): number[] {
  const sumIn = ({ values, rmse }: Leak): number => {
    const second = 6 * DIMENSIONS + 6
    const seen = (values[second + 6]! * 256 + values[second + 7]! * 4) / 16
    return seen + heldBack * (2 * rmse!) ** 2
  }
  const isTold = ({ values, rmse }: Leak) => values.length > 0 && rmse !== undefined
  const sums = all
    .filter(isTold)
    .map(sumIn)
    .toSorted((a, b) => a - b)
  const rest = sums[sums.length >> 1]
  if (!isTold(leak) || rest === undefined) return []
  const written = leak.values.at(-3)!
  const height = leak.isRaw === true ? written : Math.min(1, written)
  return bitsOf(wholeOf((height ** 2 - (sumIn(leak) - rest)) / (2 * height)), BITS)
}
