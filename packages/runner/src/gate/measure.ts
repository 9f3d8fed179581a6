import type { MetricName } from '@gristmill/protocol'
import type { ClassPredictor, Predictor } from '../model/predictor.js'
import type { EncodedTable } from '../table/read-table.js'
import { areaUnderCurve } from './area-under-curve.js'
import { measureNumbers } from './measure-numbers.js'

/** Exact metrics of held-back rows, not kept from 0 to 1: R² may be below, the error of a number above. */
export type Measurements = { readonly [name in MetricName]?: number | undefined }

export interface MeasureParams<P extends Predictor = Predictor> {
  /** Of the model as released, that is, already rounded. */
  predictor: P
  /** 0 for a number label. */
  classes: number
  table: EncodedTable
  /** Those that count: rows that the algorithm did not see. */
  rows: Uint32Array
}

/** How well a model predicts the labels of rows. */
export function measure(params: MeasureParams): Measurements {
  const { predictor } = params
  if (predictor.predicts !== 'number') return measureClasses({ ...params, predictor })
  const { r2, rmse } = measureNumbers({ ...params, predictor })
  return { holdout_r2: r2, holdout_rmse: rmse / 2 }
}

/** How well a model predicts the classes of rows. */
export function measureClasses({ predictor, classes, table, rows }: MeasureParams<ClassPredictor>) {
  const counts = new Uint32Array(classes)
  for (const row of rows) counts[table.labels[row]!]!++
  return {
    holdout_accuracy: accuracyOf(predictor, table, rows),
    holdout_majority: Math.max(...counts) / rows.length,
    ...(classes === 2 ? { holdout_auc: aucOf(predictor, table, rows) } : {}),
  }
}

/** Part of the rows whose class a model predicts. */
export function accuracyOf({ classify }: ClassPredictor, table: EncodedTable, rows: Uint32Array): number {
  let correct = 0
  for (const row of rows) if (classify(table.features, row * table.dimensions) === table.labels[row]) correct++
  return correct / rows.length
}

function aucOf({ scoresOf }: ClassPredictor, table: EncodedTable, rows: Uint32Array): number {
  const scores = Float64Array.from(rows, (row) => {
    const [first, second] = scoresOf(table.features, row * table.dimensions) as unknown as [number, number]
    return second - first
  })
  return areaUnderCurve(
    scores.filter((_, index) => table.labels[rows[index]!] === 1),
    scores.filter((_, index) => table.labels[rows[index]!] === 0),
  )
}
