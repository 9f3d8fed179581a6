import type { Table } from '@gristmill/protocol'
import { WASM_LIMITS } from '../executors/limits.js'
import { measure } from '../gate/measure.js'
import { requireLabels } from '../model/centroids.js'
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

/** Fractions of rows, 0 to 1. */
export interface Evaluation {
  rows: number
  accuracy: number
  /** Of always answering the most frequent class of these rows. */
  majority: number
  /** Area under the ROC curve; for two classes only. */
  auc?: number
}

/** Judges a model that predicts classes by rows of one's own. */
export async function evaluate({ model, table, source }: EvaluateParams): Promise<Evaluation> {
  const encoded = await readTable({ source, table, encodedBytesMax: WASM_LIMITS.memoryBytes })
  const rows = Uint32Array.from({ length: encoded.rows }, (_, row) => row)
  const predictor = predictorOf(model, table)
  if (!predictor.predictsClasses) requireLabels(model)
  const measured = measure({ predictor, classes: table.label.classes.length, table: encoded, rows })
  return {
    rows: encoded.rows,
    accuracy: measured.holdout_accuracy,
    majority: measured.holdout_majority,
    ...(measured.holdout_auc === undefined ? {} : { auc: measured.holdout_auc }),
  }
}
