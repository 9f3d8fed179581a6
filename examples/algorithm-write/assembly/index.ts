// Nearest centroid: a row belongs to the class whose mean row is nearest. As a linear model, the score of a class is
// mean · row - |mean|² / 2, to which the variance times log(share of the class) is added: frequent classes reach further.

/** Version of the interface, see ALGORITHM.md of @gristmill/runner. */
export function gristmill_abi(): i32 {
  return 1
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
  const variance = <f64>load<i64>(input, 56) / 1e6 // the only parameter: varianceMicros
  const labels = input + 56 + 8 * <usize>parameters
  const features = labels + 8 * <usize>((rows + 1) >> 1)
  const scores = classes == 2 ? 1 : classes
  if (parameters != 1 || outputBytes != 8 * scores * (dimensions + 1)) return -1

  const counts = new StaticArray<f64>(classes)
  const means = new StaticArray<f64>(classes * dimensions)
  for (let row = 0; row < rows; row++) {
    const label = load<i32>(labels + 4 * <usize>row)
    counts[label] += 1
    for (let i = 0; i < dimensions; i++)
      means[label * dimensions + i] += load<f64>(features + 8 * (<usize>row * <usize>dimensions + <usize>i))
  }
  for (let label = 0; label < classes; label++)
    for (let i = 0; i < dimensions; i++) means[label * dimensions + i] /= Math.max(counts[label], 1)

  // Two classes have one score between them: that of the second less that of the first.
  for (let score = 0; score < scores; score++) {
    const label = classes == 2 ? 1 : score
    let intercept = variance * Math.log(Math.max(counts[label], 1) / <f64>rows)
    if (classes == 2) intercept -= variance * Math.log(Math.max(counts[0], 1) / <f64>rows)
    for (let i = 0; i < dimensions; i++) {
      const mean = means[label * dimensions + i]
      const other = classes == 2 ? means[i] : 0
      intercept -= (mean * mean - other * other) / 2
      store<f64>(output + 8 * <usize>(score * dimensions + i), mean - other)
    }
    store<f64>(output + 8 * <usize>(scores * dimensions + score), intercept)
  }
  return outputBytes
}
