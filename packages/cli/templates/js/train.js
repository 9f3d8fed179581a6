// Logistic regression for two classes, softmax regression for more, linear regression for a number (classes is 0 then, and
// labels lie from -1 to 1): gradient descent with Nesterov's momentum on the mean loss + l2 / 2 * |coef|^2, the loss being
// the cross-entropy, of a number half the square of the error. Parameters, in the order of their names: epochs, l2Micros.
const MOMENTUM = 0.9

function run({ rows, dimensions, classes, parameters, labels, features }, output) {
  const [epochs, l2Micros] = parameters
  const scores = classes > 2 ? classes : 1
  const weights = scores * dimensions
  if (output.length !== weights + scores) throw new Error('made for a policy of the family "linear"')
  const l2 = l2Micros / 1e6
  // Steps below the inverse of the loss's largest second derivative cannot diverge.
  let longest = 0
  for (let row = 0; row < rows; row++) {
    let square = 1
    for (let i = 0; i < dimensions; i++) square += features[row * dimensions + i] ** 2
    if (square > longest) longest = square
  }
  const step = 1 / (longest * (classes === 0 ? 1 : classes === 2 ? 0.25 : 0.5) + l2)
  const ahead = new Float64Array(output.length)
  const gradient = new Float64Array(output.length)
  const velocity = new Float64Array(output.length)
  const residuals = new Float64Array(scores)

  for (let epoch = 1; epoch <= epochs; epoch++) {
    for (let i = 0; i < output.length; i++) {
      ahead[i] = output[i] + MOMENTUM * velocity[i]
      gradient[i] = i < weights ? l2 * ahead[i] : 0
    }
    let loss = 0
    for (let row = 0; row < rows; row++) {
      const start = row * dimensions
      for (let score = 0; score < scores; score++) {
        let sum = ahead[weights + score]
        for (let i = 0; i < dimensions; i++) sum += ahead[score * dimensions + i] * features[start + i]
        residuals[score] = sum
      }
      loss += classes === 0 ? toError(residuals, labels[row]) : toResiduals(residuals, labels[row])
      for (let score = 0; score < scores; score++) {
        const residual = residuals[score] / rows
        for (let i = 0; i < dimensions; i++) gradient[score * dimensions + i] += residual * features[start + i]
        gradient[weights + score] += residual
      }
    }
    for (let i = 0; i < output.length; i++) {
      velocity[i] = MOMENTUM * velocity[i] - step * gradient[i]
      output[i] += velocity[i]
    }
    // Shown by `gristmill compute test`; on a maker's data it goes nowhere.
    if (epoch === 1 || epoch === epochs) console.log('epoch', epoch, 'loss', (loss / rows).toFixed(4))
  }
}

/** Turns the score into number minus truth; gives half its square. */
function toError(scores, label) {
  scores[0] -= label
  return scores[0] ** 2 / 2
}

/** Turns scores into probability minus truth; gives the row's cross-entropy. */
function toResiduals(scores, label) {
  if (scores.length === 1) {
    const probability = 1 / (1 + Math.exp(-scores[0]))
    scores[0] = probability - label
    return -Math.log(Math.max(label === 1 ? probability : 1 - probability, 1e-300))
  }
  const highest = Math.max(...scores)
  let sum = 0
  for (let i = 0; i < scores.length; i++) sum += scores[i] = Math.exp(scores[i] - highest)
  for (let i = 0; i < scores.length; i++) scores[i] /= sum
  const loss = -Math.log(Math.max(scores[label], 1e-300))
  scores[label] -= 1
  return loss
}
