// Logistic regression for two classes, softmax regression for more, linear regression for a number (classes is 0 then, and
// labels lie from -1 to 1): gradient descent with Nesterov's momentum on the mean loss + l2 / 2 * |coef|^2, the loss being
// the cross-entropy, of a number half the square of the error. Parameters, in the order of their names: epochs, l2Micros.
const MOMENTUM: f64 = 0.9
const PARAMETERS_AT: usize = 56

/** Version of the interface, see ALGORITHM.md of @gristmill/runner: 2 is needed for labels that are numbers. */
export function gristmill_abi(): i32 {
  return 2
}

/** Room for input and output; never freed, for a module runs once. */
export function gristmill_alloc(bytes: i32): i32 {
  return <i32>heap.alloc(<usize>bytes)
}

/** Learns from the table at `input`, writes coef and then intercept at `output`; negative: gives up. */
export function gristmill_run(input: usize, inputBytes: i32, output: usize, outputBytes: i32): i32 {
  const rows = load<i32>(input)
  const dimensions = load<i32>(input, 4)
  const classes = load<i32>(input, 8)
  const parameters = load<i32>(input, 12)
  const scores = max(classes == 2 ? 1 : classes, 1)
  const weights = scores * dimensions
  const values = weights + scores
  // A policy of another family, or other parameters: rather nothing than nonsense.
  if (parameters != 2 || outputBytes != 8 * values) return -1
  const epochs = <i32>load<i64>(input, PARAMETERS_AT)
  const l2 = <f64>load<i64>(input, PARAMETERS_AT + 8) / 1e6
  const labels = input + PARAMETERS_AT + 8 * <usize>parameters
  const features = labels + 8 * <usize>(classes == 0 ? rows : (rows + 1) >> 1)

  const step = 1.0 / (longest(features, rows, dimensions) * (classes == 0 ? 1.0 : classes == 2 ? 0.25 : 0.5) + l2)
  const ahead = new StaticArray<f64>(values)
  const gradient = new StaticArray<f64>(values)
  const velocity = new StaticArray<f64>(values)
  const residuals = new StaticArray<f64>(scores)
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (let i = 0; i < values; i++) {
      ahead[i] = at(output, i) + MOMENTUM * velocity[i]
      gradient[i] = i < weights ? l2 * ahead[i] : 0
    }
    for (let row = 0; row < rows; row++) {
      const start = row * dimensions
      for (let score = 0; score < scores; score++) {
        let sum = ahead[weights + score]
        for (let i = 0; i < dimensions; i++) sum += ahead[score * dimensions + i] * at(features, start + i)
        residuals[score] = sum
      }
      if (classes == 0) residuals[0] -= at(labels, row)
      else toResiduals(residuals, load<i32>(labels + 4 * <usize>row))
      for (let score = 0; score < scores; score++) {
        const residual = residuals[score] / <f64>rows
        for (let i = 0; i < dimensions; i++) gradient[score * dimensions + i] += residual * at(features, start + i)
        gradient[weights + score] += residual
      }
    }
    for (let i = 0; i < values; i++) {
      velocity[i] = MOMENTUM * velocity[i] - step * gradient[i]
      store<f64>(output + 8 * <usize>i, at(output, i) + velocity[i])
    }
  }
  return outputBytes
}

/** Largest squared length of a row with its 1 for the intercept: steps below the inverse of the curvature cannot diverge. */
function longest(features: usize, rows: i32, dimensions: i32): f64 {
  let most: f64 = 0
  for (let row = 0; row < rows; row++) {
    let square: f64 = 1
    for (let i = 0; i < dimensions; i++) {
      const value = at(features, row * dimensions + i)
      square += value * value
    }
    most = max(most, square)
  }
  return most
}

/** Turns scores into probability minus truth. */
function toResiduals(scores: StaticArray<f64>, label: i32): void {
  if (scores.length == 1) {
    scores[0] = 1.0 / (1.0 + Math.exp(-scores[0])) - <f64>label
    return
  }
  let highest = scores[0]
  for (let i = 1; i < scores.length; i++) highest = max(highest, scores[i])
  let sum: f64 = 0
  for (let i = 0; i < scores.length; i++) {
    scores[i] = Math.exp(scores[i] - highest)
    sum += scores[i]
  }
  for (let i = 0; i < scores.length; i++) scores[i] = scores[i] / sum - (i == label ? 1.0 : 0.0)
}

@inline
function at(array: usize, index: i32): f64 {
  return load<f64>(array + 8 * <usize>index)
}
