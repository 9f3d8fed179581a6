import type { Metric, MetricName, Policy } from '@gristmill/protocol'
import { linearClassifier } from '../model/predict-linear.js'
import type { ModelTensor } from '../model/safetensors.js'
import type { EncodedTable } from '../table/read-table.js'

/** Exact fractions of held-back rows, 0 to 1. */
export type Measurements = Record<MetricName, number>

export interface MeasureParams {
  policy: Policy
  table: EncodedTable
  /** Rows that the algorithm did not see. */
  holdout: Uint32Array
  /** As released, that is, already rounded. */
  tensors: readonly ModelTensor[]
}

/** Accuracy of a released model on held-back rows, beside that of always answering their most frequent class. */
export function measure({ policy, table, holdout, tensors }: MeasureParams): Measurements {
  const classify = linearClassifier({ tensors }, policy.table)
  const counts = new Uint32Array(policy.table.label.classes.length)
  let correct = 0
  for (const row of holdout) {
    const label = table.labels[row]!
    counts[label]!++
    if (classify(table.features, row * table.dimensions) === label) correct++
  }
  return { holdout_accuracy: correct / holdout.length, holdout_majority: Math.max(...counts) / holdout.length }
}

/** The metrics that a policy releases, rounded to its digits, in millionths. */
export function releasedMetrics(policy: Policy, measurements: Measurements): Metric[] {
  return policy.metrics.map(({ name, digits }) => {
    const units = Math.round(measurements[name] * 10 ** digits)
    return { name, micros: units * 10 ** (6 - digits) }
  })
}
