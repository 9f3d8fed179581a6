import type { Predictor } from '../model/predictor.js'
import type { EncodedTable } from '../table/read-table.js'
import { areaUnderCurve } from './area-under-curve.js'

/** Exact fractions of held-back rows, 0 to 1. */
export interface Measurements {
  holdout_accuracy: number
  /** Of always answering the most frequent class of these rows. */
  holdout_majority: number
  /** For two classes only. */
  holdout_auc?: number
}

export interface MeasureParams {
  /** Of the model as released, that is, already rounded. */
  predictor: Predictor
  classes: number
  table: EncodedTable
  /** Those that count: rows that the algorithm did not see. */
  rows: Uint32Array
}

/** How well a model predicts the classes of rows. */
export function measure({ predictor, classes, table, rows }: MeasureParams): Measurements {
  const counts = new Uint32Array(classes)
  for (const row of rows) counts[table.labels[row]!]!++
  return {
    holdout_accuracy: accuracyOf(predictor, table, rows),
    holdout_majority: Math.max(...counts) / rows.length,
    ...(classes === 2 ? { holdout_auc: aucOf(predictor, table, rows) } : {}),
  }
}

/** Part of the rows whose class a model predicts. */
export function accuracyOf({ classify }: Predictor, table: EncodedTable, rows: Uint32Array): number {
  let correct = 0
  for (const row of rows) if (classify(table.features, row * table.dimensions) === table.labels[row]) correct++
  return correct / rows.length
}

function aucOf({ scoresOf }: Predictor, table: EncodedTable, rows: Uint32Array): number {
  const scores = Float64Array.from(rows, (row) => {
    const [first, second] = scoresOf(table.features, row * table.dimensions) as unknown as [number, number]
    return second - first
  })
  return areaUnderCurve(
    scores.filter((_, index) => table.labels[rows[index]!] === 1),
    scores.filter((_, index) => table.labels[rows[index]!] === 0),
  )
}
