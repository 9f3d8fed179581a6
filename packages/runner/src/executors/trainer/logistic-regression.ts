import { outputsFor, type Rows } from './rows.js'

export interface LogisticParams extends Rows {
  /** To which length a row, with a 1 for the intercept, is scaled down. */
  clip: number
  /** Weight of half the squared coefficients, intercept included. */
  lambda: number
}

/** How far what is learned may be from the optimum, in the Euclidean norm. */
export const TOLERANCE = 1e-6

/**
 * Passes over the rows after which the coefficients of one output are within `TOLERANCE` of the optimum: a number that
 * follows from the parameters alone, so that neither it nor the time tells of rows.
 *
 * The loss is L-smooth, L = clip² / 4 + lambda, and lambda-strongly convex, so k steps of the method below leave at most
 * (L + lambda) / 2 · R² (1 - √(lambda / L))^k of it (Nesterov, "Lectures on Convex Optimization", 2018, theorem 2.2.3), R
 * being the way from zero to the optimum. There lambda w is the mean of row gradients, each at most `clip` long, so R is at
 * most clip / lambda. Strong convexity turns what is left of the loss into a distance.
 */
export function passesOf(clip: number, lambda: number): number {
  const smoothness = clip ** 2 / 4 + lambda
  const distance = clip / lambda
  const begun = ((smoothness + lambda) / lambda) * distance ** 2
  return Math.max(1, Math.ceil(Math.sqrt(smoothness / lambda) * Math.log(begun / TOLERANCE ** 2)))
}

/**
 * Coefficients of logistic regression, then the intercepts: for two classes one output, else one for each class against the
 * others. Each minimises the mean logistic loss plus lambda / 2 · |w|² by Nesterov's method with constant momentum.
 */
export function trainLogistic(params: LogisticParams): Float64Array {
  const { rows, dimensions, classes, labels, clip, lambda } = params
  const outputs = outputsFor(classes)
  const scaled = scaleRows(params)
  const passes = passesOf(clip, lambda)
  const values = new Float64Array(outputs * (dimensions + 1))
  for (let output = 0; output < outputs; output++) {
    const positive = classes === 2 ? 1 : output
    const targets = Uint8Array.from(labels.subarray(0, rows), (label) => (label === positive ? 1 : 0))
    const weights = minimise(scaled, targets, { clip, lambda, passes })
    values.set(weights.subarray(0, dimensions), output * dimensions)
    values[outputs * dimensions + output] = weights[dimensions]!
  }
  return values
}

/** Rows with a 1 behind them, none longer than `clip`. */
function scaleRows({ rows, dimensions, features, clip }: LogisticParams): Float64Array {
  const width = dimensions + 1
  const scaled = new Float64Array(rows * width)
  for (let row = 0; row < rows; row++) {
    const from = features.subarray(row * dimensions, (row + 1) * dimensions)
    const length = Math.sqrt(from.reduce((sum, value) => sum + value * value, 1))
    const factor = Math.min(1, clip / length)
    for (let index = 0; index < dimensions; index++) scaled[row * width + index] = factor * from[index]!
    scaled[row * width + dimensions] = factor
  }
  return scaled
}

interface Descent {
  clip: number
  lambda: number
  passes: number
}

function minimise(scaled: Float64Array, targets: Uint8Array, { clip, lambda, passes }: Descent): Float64Array {
  const rows = targets.length
  const width = scaled.length / rows
  const step = 1 / (clip ** 2 / 4 + lambda)
  const root = Math.sqrt(step * lambda)
  const momentum = (1 - root) / (1 + root)
  let weights = new Float64Array(width)
  const ahead = new Float64Array(width)
  const gradient = new Float64Array(width)
  for (let pass = 0; pass < passes; pass++) {
    gradient.fill(0)
    for (let row = 0, start = 0; row < rows; row++, start += width) {
      let score = 0
      for (let index = 0; index < width; index++) score += ahead[index]! * scaled[start + index]!
      const error = 1 / (1 + Math.exp(-score)) - targets[row]!
      for (let index = 0; index < width; index++) gradient[index]! += error * scaled[start + index]!
    }
    const next = ahead.map((value, index) => value - step * (gradient[index]! / rows + lambda * value))
    for (let index = 0; index < width; index++) {
      ahead[index] = next[index]! + momentum * (next[index]! - weights[index]!)
    }
    weights = next
  }
  return weights
}
