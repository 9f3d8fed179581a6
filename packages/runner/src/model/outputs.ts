import type { Table } from '@gristmill/protocol'
import { classesOf, isNumberLabel, scoresOf } from '@gristmill/protocol/model'
import { highest } from './highest.js'
import type { Predictor } from './predictor.js'

/** Adds a model's outputs for the row at `offset` to `sums`, which are zeros. */
export type AddOutputs = (features: Float64Array, offset: number, sums: Float64Array) => void

/**
 * Predictor of a model with an output per class; of two classes the first has the score 0 and the second the output. Of a
 * number label the one output is the number.
 */
export function outputPredictor(table: Table, addOutputs: AddOutputs): Predictor {
  const { label } = table
  if (isNumberLabel(label)) {
    const sums = new Float64Array(1)
    const outputOf = (features: Float64Array, offset: number) => {
      sums[0] = 0
      addOutputs(features, offset, sums)
      return sums[0]
    }
    const numberOf = (features: Float64Array, offset: number) => Math.min(1, Math.max(-1, outputOf(features, offset)))
    return { predicts: 'number', label, numberOf, outputOf }
  }
  const scores = new Float64Array(classesOf(table))
  const outputs = scores.subarray(scores.length - scoresOf(table))
  const score = (features: Float64Array, offset: number) => {
    outputs.fill(0)
    addOutputs(features, offset, outputs)
    return scores
  }
  return {
    predicts: 'class',
    isDistance: false,
    scoresOf: score,
    classify: (features, offset) => highest(score(features, offset)),
  }
}
