/** target = weights * source + bias: one sum per target value, from its bias on, in the order of the source. */
export function applyLayer(
  weights: Float64Array,
  bias: Float64Array,
  source: Float64Array,
  offset: number,
  target: Float64Array,
): void {
  const width = weights.length / bias.length
  for (let row = 0; row < bias.length; row++) {
    let sum = bias[row]!
    const start = row * width
    for (let index = 0; index < width; index++) sum += weights[start + index]! * source[offset + index]!
    target[row] = sum
  }
}
