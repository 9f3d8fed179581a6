import type { Table } from '@gristmill/protocol'
import { WASM_LIMITS } from '../executors/limits.js'
import type { Model } from '../model/safetensors.js'
import type { ByteSource } from '../table/read-csv.js'
import { readTable } from '../table/read-table.js'
import { measure } from './metrics.js'

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
}

/** Judges a model that predicts classes by rows of one's own. */
export async function evaluate({ model, table, source }: EvaluateParams): Promise<Evaluation> {
  const encoded = await readTable({ source, table, encodedBytesMax: WASM_LIMITS.memoryBytes })
  const rows = Uint32Array.from({ length: encoded.rows }, (_, row) => row)
  const measured = measure({ schema: table, table: encoded, rows, tensors: model.tensors })
  return { rows: encoded.rows, accuracy: measured.holdout_accuracy, majority: measured.holdout_majority }
}
