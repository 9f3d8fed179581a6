import type { Table } from '@gristmill/protocol'
import { scoresOf } from '@gristmill/protocol/model'
import { highest } from './highest.js'
import type { Predictor } from './predictor.js'

/** Adds a model's outputs for the row at `offset` to `sums`, which are zeros. */
export type AddOutputs = (features: Float64Array, offset: number, sums: Float64Array) => void

/** Predictor of a model with an output per class; of two classes the first has the score 0 and the second the output. */
export function outputPredictor(table: Table, addOutputs: AddOutputs): Predictor {
  const scores = new Float64Array(table.label.classes.length)
  const outputs = scores.subarray(scores.length - scoresOf(table))
  const score = (features: Float64Array, offset: number) => {
    outputs.fill(0)
    addOutputs(features, offset, outputs)
    return scores
  }
  return {
    predictsClasses: true,
    isDistance: false,
    scoresOf: score,
    classify: (features, offset) => highest(score(features, offset)),
  }
}
