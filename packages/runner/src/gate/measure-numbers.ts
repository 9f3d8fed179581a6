import type { NumberPredictor } from '../model/predictor.js'
import type { EncodedTable } from '../table/read-table.js'

export interface NumberMeasureParams {
  /** Of the model as released, that is, already rounded. */
  predictor: NumberPredictor
  table: EncodedTable
  /** Those that count; one at least. */
  rows: Uint32Array
}

/** How far from the labels of rows a model's numbers are; both on the scale on which the label's bounds are -1 and 1. */
export interface NumberMeasurements {
  /** 1 - Σ(y - p)² / Σ(y - ȳ)², ȳ being the mean of these rows; of rows with one and the same label 1 if all are met, else 0. */
  r2: number
  /** √(mean of (y - p)²) */
  rmse: number
  /** Mean of |y - p|. */
  mae: number
}

/** How well a model predicts the numbers of rows. */
export function measureNumbers({ predictor: { numberOf }, table, rows }: NumberMeasureParams): NumberMeasurements {
  const { features, dimensions, labels } = table
  // From the first label on, so that rows with the same label have exactly that mean.
  const first = labels[rows[0]!]!
  let beyond = 0
  for (const row of rows) beyond += labels[row]! - first
  const mean = first + beyond / rows.length
  let [squares, magnitudes, spread] = [0, 0, 0]
  for (const row of rows) {
    const residual = labels[row]! - numberOf(features, row * dimensions)
    squares += residual ** 2
    magnitudes += Math.abs(residual)
    spread += (labels[row]! - mean) ** 2
  }
  const r2 = spread === 0 ? Number(squares === 0) : 1 - squares / spread
  return { r2, rmse: Math.sqrt(squares / rows.length), mae: magnitudes / rows.length }
}
