import type { Table } from '@gristmill/protocol'
import { isNumberLabel } from '@gristmill/protocol/model'
import { withoutLabels } from './centroids.js'
import { halfRangeOf, middleOf } from './label-encoder.js'
import { predictorOf } from './predictor.js'
import { encodeRow, type RowCells } from './row-encoder.js'
import type { Model } from './safetensors.js'

/** What a model says of one row. */
export interface Prediction {
  /** The class, as the label column spells it; or the number, in the label's unit. */
  label: string | number
  /** Position of the class among the classes. */
  classIndex?: number
}

/** What a model of any family says about one row, given as feature column -> value. */
export function predict(model: Model, table: Table, row: RowCells): Prediction {
  const predictor = predictorOf(model, table)
  const features = encodeRow(table, row)
  if (predictor.predicts === 'number') {
    const { label, numberOf } = predictor
    return { label: middleOf(label) + halfRangeOf(label) * numberOf(features, 0) }
  }
  if (predictor.predicts === 'centroid') throw withoutLabels(model)
  const classIndex = predictor.classify(features, 0)
  return { label: classesIn(table)[classIndex]!, classIndex }
}

const classesIn = ({ label }: Table) => (isNumberLabel(label) ? [] : label.classes)
