import type { Metric, MetricName, Policy, Table } from '@gristmill/protocol'
import { predictorOf } from '../model/predictor.js'
import type { ModelTensor } from '../model/safetensors.js'
import type { EncodedTable } from '../table/read-table.js'

/** Exact fractions of held-back rows, 0 to 1. */
export type Measurements = Record<MetricName, number>

export interface MeasureParams {
  schema: Table
  table: EncodedTable
  /** Those that count: rows that the algorithm did not see. */
  rows: Uint32Array
  /** As released, that is, already rounded. */
  tensors: readonly ModelTensor[]
}

/** Accuracy of a released model on held-back rows, beside that of always answering their most frequent class. */
export function measure({ schema, table, rows, tensors }: MeasureParams): Measurements {
  const { classify } = predictorOf({ tensors }, schema)
  const counts = new Uint32Array(schema.label.classes.length)
  let correct = 0
  for (const row of rows) {
    const label = table.labels[row]!
    counts[label]!++
    if (classify(table.features, row * table.dimensions) === label) correct++
  }
  return { holdout_accuracy: correct / rows.length, holdout_majority: Math.max(...counts) / rows.length }
}

/** The metrics that a policy releases, rounded to its digits, in millionths. */
export function releasedMetrics(policy: Policy, measurements: Measurements): Metric[] {
  return policy.metrics.map(({ name, digits }) => {
    const units = Math.round(measurements[name] * 10 ** digits)
    return { name, micros: units * 10 ** (6 - digits) }
  })
}
