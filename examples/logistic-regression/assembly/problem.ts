const PARAMETERS_AT: usize = 56

/** The runner's input buffer, see ALGORITHM.md. Parameters come in the order of their names. */
export class Problem {
  readonly rows: i32
  /** Numbers per row. */
  readonly dimensions: i32
  readonly classes: i32
  readonly parameters: i32
  /** Values to write. */
  readonly outputs: i32
  readonly labelsAt: usize
  readonly featuresAt: usize
  readonly endsAt: usize

  constructor(private readonly at: usize) {
    this.rows = load<i32>(at, 0)
    this.dimensions = load<i32>(at, 4)
    this.classes = load<i32>(at, 8)
    this.parameters = load<i32>(at, 12)
    this.outputs = load<i32>(at, 16)
    this.labelsAt = at + PARAMETERS_AT + 8 * <usize>this.parameters
    this.featuresAt = this.labelsAt + 8 * <usize>((this.rows + 1) >> 1)
    this.endsAt = this.featuresAt + 8 * <usize>this.rows * <usize>this.dimensions
  }

  /** Rows of weights: one for two classes, else one per class. */
  get scores(): i32 {
    return this.classes == 2 ? 1 : this.classes
  }

  get epochs(): i64 {
    return load<i64>(this.at + PARAMETERS_AT)
  }

  /** Weight of the squared coefficients in the loss. */
  get l2(): f64 {
    return <f64>load<i64>(this.at + PARAMETERS_AT, 8) / 1e6
  }

  /** Share of the largest step that cannot diverge. */
  get learningRate(): f64 {
    return <f64>load<i64>(this.at + PARAMETERS_AT, 16) / 1e6
  }

  @inline
  label(row: i32): i32 {
    return load<i32>(this.labelsAt + ((<usize>row) << 2))
  }

  /** Address of a row's first feature. */
  @inline
  features(row: i32): usize {
    return this.featuresAt + 8 * <usize>row * <usize>this.dimensions
  }
}
