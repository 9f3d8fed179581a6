/** What is learned from: rows of numbers, each with a class. */
export interface Rows {
  rows: number
  dimensions: number
  /** Two, or one output for each. */
  classes: number
  labels: Int32Array
  features: Float64Array
}
