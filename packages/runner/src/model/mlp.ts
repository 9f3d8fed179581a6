import type { Table } from '@gristmill/protocol'
import { dimensionsOf, scoresOf } from '@gristmill/protocol/model'
import { applyLayer } from './layer.js'
import { outputPredictor } from './outputs.js'
import type { Predictor } from './predictor.js'
import type { Model } from './safetensors.js'
import { sizeOf, tensorOf } from './tensor-of.js'

/** Network of one or two hidden layers with ReLU, and a linear one on top. */
export function mlpPredictor(model: Model, table: Table): Predictor {
  const isDeep = model.tensors.some(({ name }) => name === 'w3')
  const hidden = isDeep ? [sizeOf(model, 'b1', 0), sizeOf(model, 'b2', 0)] : [sizeOf(model, 'b1', 0)]
  const widths = [dimensionsOf(table), ...hidden, scoresOf(table)]
  const layers = widths.slice(1).map((width, index) => ({
    weights: tensorOf(model, `w${index + 1}`, [width, widths[index]!]),
    bias: tensorOf(model, `b${index + 1}`, [width]),
    values: new Float64Array(width),
  }))
  const last = layers.pop()!
  return outputPredictor(table, (features, offset, sums) => {
    let source = features
    let at = offset
    for (const { weights, bias, values } of layers) {
      applyLayer(weights, bias, source, at, values)
      for (let index = 0; index < values.length; index++) values[index] = Math.max(0, values[index]!)
      source = values
      at = 0
    }
    applyLayer(last.weights, last.bias, source, at, sums)
  })
}
