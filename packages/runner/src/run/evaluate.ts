import { classesOf, type Table } from '@gristmill/protocol'
import { WASM_LIMITS } from '../executors/limits.js'
import { measureClasses } from '../gate/measure.js'
import { measureNumbers } from '../gate/measure-numbers.js'
import { withoutLabels } from '../model/centroids.js'
import { halfRangeOf } from '../model/label-encoder.js'
import { predictorOf } from '../model/predictor.js'
import type { Model } from '../model/safetensors.js'
import type { ByteSource } from '../table/read-csv.js'
import { readTable } from '../table/read-table.js'

/** What `evaluate` takes. */
export interface EvaluateParams {
  model: Model
  /** Schema under which the model was trained: `policy.table`. */
  table: Table
  /** A CSV of that schema, label included. */
  source: ByteSource
}

/** How well a model predicts classes: fractions of rows, 0 to 1. */
export interface ClassEvaluation {
  rows: number
  accuracy: number
  /** Of always answering the most frequent class of these rows. */
  majority: number
  /** Area under the ROC curve; for two classes only. */
  auc?: number
}

/** How well a model predicts a number; errors in the label's unit. */
export interface NumberEvaluation {
  rows: number
  /** 1 - Σ(y - p)² / Σ(y - ȳ)², ȳ being the mean of these rows: 1 if all are met, 0 as good as that mean, below 0 worse. */
  r2: number
  /** Root of the mean squared error. */
  rmse: number
  /** Mean of the errors' magnitudes. */
  mae: number
}

/** How well a model predicts the label. */
export type Evaluation = ClassEvaluation | NumberEvaluation

/** Judges a model that predicts the label by rows of one's own. */
export async function evaluate({ model, table, source }: EvaluateParams): Promise<Evaluation> {
  const encoded = await readTable({ source, table, encodedBytesMax: WASM_LIMITS.memoryBytes })
  const rows = Uint32Array.from({ length: encoded.rows }, (_, row) => row)
  const predictor = predictorOf(model, table)
  if (predictor.predicts === 'centroid') throw withoutLabels(model)
  if (predictor.predicts === 'number') {
    const { r2, rmse, mae } = measureNumbers({ predictor, table: encoded, rows })
    const half = halfRangeOf(predictor.label)
    return { rows: encoded.rows, r2, rmse: half * rmse, mae: half * mae }
  }
  const measured = measureClasses({ predictor, classes: classesOf(table), table: encoded, rows })
  return {
    rows: encoded.rows,
    accuracy: measured.holdout_accuracy,
    majority: measured.holdout_majority,
    ...(measured.holdout_auc === undefined ? {} : { auc: measured.holdout_auc }),
  }
}
