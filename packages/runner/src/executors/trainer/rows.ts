/** What is learned from: rows of numbers, each with a class or a number. */
export interface Rows {
  rows: number
  dimensions: number
  /** Two, or one output for each; 0 for a number label. */
  classes: number
  /** Positions of classes, or numbers from -1 to 1. */
  labels: Float64Array
  features: Float64Array
}

/** Outputs of a model of so many classes: one for a number or two classes, else one per class. */
export function outputsFor(classes: number): number {
  return classes > 2 ? classes : 1
}
