import type { Table } from '@gristmill/protocol'
import { dimensionsOf, scoresOf } from '@gristmill/protocol/model'
import { applyLayer } from './layer.js'
import { outputPredictor } from './outputs.js'
import type { Predictor } from './predictor.js'
import type { Model } from './safetensors.js'
import { tensorOf } from './tensor-of.js'

/** coef · row + intercept. */
export function linearPredictor(model: Model, table: Table): Predictor {
  const outputs = scoresOf(table)
  const coef = tensorOf(model, 'coef', [outputs, dimensionsOf(table)])
  const intercept = tensorOf(model, 'intercept', [outputs])
  return outputPredictor(table, (features, offset, sums) => applyLayer(coef, intercept, features, offset, sums))
}
