import { Problem } from './problem'

const MOMENTUM: f64 = 0.9

/**
 * Logistic regression for two classes, softmax regression for more: full-batch gradient descent with Nesterov's momentum
 * on the mean cross-entropy + l2/2 * |coef|^2. Writes coef [scores, dimensions], then intercept [scores] at `weights`.
 */
export function train(problem: Problem, weights: usize): void {
  const scores = problem.scores
  const dimensions = problem.dimensions
  const count = scores * (dimensions + 1)
  const l2 = problem.l2
  const step = problem.learningRate / (curvature(problem) + l2)
  const ahead = heap.alloc(8 * <usize>count)
  const gradient = heap.alloc(8 * <usize>count)
  const velocity = heap.alloc(8 * <usize>count)
  const residuals = heap.alloc(8 * <usize>scores)
  memory.fill(weights, 0, 8 * <usize>count)
  memory.fill(velocity, 0, 8 * <usize>count)

  for (let epoch: i64 = 0; epoch < problem.epochs; epoch++) {
    for (let index = 0; index < count; index++) {
      put(ahead, index, at(weights, index) + MOMENTUM * at(velocity, index))
      put(gradient, index, index < scores * dimensions ? l2 * at(ahead, index) : 0)
    }
    addGradient(problem, ahead, residuals, gradient)
    for (let index = 0; index < count; index++) {
      const next = MOMENTUM * at(velocity, index) - step * at(gradient, index)
      put(velocity, index, next)
      put(weights, index, at(weights, index) + next)
    }
  }
}

/** Adds the gradient of the mean cross-entropy at `weights`. */
function addGradient(problem: Problem, weights: usize, residuals: usize, gradient: usize): void {
  const scores = problem.scores
  const dimensions = problem.dimensions
  const share = 1.0 / <f64>problem.rows
  for (let row = 0; row < problem.rows; row++) {
    const features = problem.features(row)
    for (let score = 0; score < scores; score++) {
      let sum = at(weights, scores * dimensions + score)
      const start = score * dimensions
      for (let index = 0; index < dimensions; index++) sum += at(weights, start + index) * at(features, index)
      put(residuals, score, sum)
    }
    toResiduals(residuals, scores, problem.label(row))
    for (let score = 0; score < scores; score++) {
      const residual = share * at(residuals, score)
      const start = score * dimensions
      for (let index = 0; index < dimensions; index++) {
        put(gradient, start + index, at(gradient, start + index) + residual * at(features, index))
      }
      put(gradient, scores * dimensions + score, at(gradient, scores * dimensions + score) + residual)
    }
  }
}

/** Turns scores into probability minus truth. */
function toResiduals(scores: usize, count: i32, label: i32): void {
  if (count == 1) {
    put(scores, 0, 1.0 / (1.0 + Math.exp(-at(scores, 0))) - <f64>label)
    return
  }
  let highest = at(scores, 0)
  for (let index = 1; index < count; index++) highest = max(highest, at(scores, index))
  let sum: f64 = 0
  for (let index = 0; index < count; index++) {
    put(scores, index, Math.exp(at(scores, index) - highest))
    sum += at(scores, index)
  }
  for (let index = 0; index < count; index++) {
    put(scores, index, at(scores, index) / sum - (index == label ? 1.0 : 0.0))
  }
}

/** Upper bound of the loss's second derivative: steps below its inverse cannot diverge. */
function curvature(problem: Problem): f64 {
  let longest: f64 = 0
  for (let row = 0; row < problem.rows; row++) {
    const features = problem.features(row)
    let square: f64 = 1
    for (let index = 0; index < problem.dimensions; index++) square += at(features, index) * at(features, index)
    longest = max(longest, square)
  }
  return longest * (problem.classes == 2 ? 0.25 : 0.5)
}

@inline
function at(array: usize, index: i32): f64 {
  return load<f64>(array + ((<usize>index) << 3))
}

@inline
function put(array: usize, index: i32, value: f64): void {
  store<f64>(array + ((<usize>index) << 3), value)
}
