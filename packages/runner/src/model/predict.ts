import type { Table } from '@gristmill/protocol'
import { requireLabels } from './centroids.js'
import { predictorOf } from './predictor.js'
import { encodeRow, type RowCells } from './row-encoder.js'
import type { Model } from './safetensors.js'

/** What a model says of one row. */
export interface Prediction {
  /** The class, as the label column spells it. */
  label: string
  /** Its position among the classes. */
  classIndex: number
}

/** What a model of any family says about one row, given as feature column -> value. */
export function predict(model: Model, table: Table, row: RowCells): Prediction {
  const predictor = predictorOf(model, table)
  if (!predictor.predictsClasses) requireLabels(model)
  const classIndex = predictor.classify(encodeRow(table, row), 0)
  return { label: table.label.classes[classIndex]!, classIndex }
}
