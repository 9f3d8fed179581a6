import type { Table } from '@gristmill/protocol'
import { classesOf, dimensionsOf } from '@gristmill/protocol/model'
import { ModelFormatError, ModelMismatchError } from './errors.js'
import { highest } from './highest.js'
import type { ClassPredictor } from './predictor.js'
import { encodeRow, type RowCells } from './row-encoder.js'
import type { Model } from './safetensors.js'
import { sizeOf, tensorOf } from './tensor-of.js'

/** Position of the centroid that is nearest to a row, the first of equals. */
export function nearestCentroid(model: Model, table: Table, row: RowCells): number {
  const { centroids } = centroidsIn(model, table)
  return highest(closeness(centroids, dimensionsOf(table))(encodeRow(table, row), 0))
}

/** A class is as likely as the nearest of its centroids is near: minus the squared distance; -Infinity without any. */
export function centroidsPredictor(model: Model, table: Table): ClassPredictor {
  const { centroids, labels } = centroidsIn(model, table)
  const closenessOf = closeness(centroids, dimensionsOf(table))
  if (labels === undefined) {
    return {
      predicts: 'centroid',
      isDistance: true,
      scoresOf: closenessOf,
      classify: (features, offset) => highest(closenessOf(features, offset)),
    }
  }
  const scores = new Float64Array(classesOf(table))
  const scoresOf = (features: Float64Array, offset: number) => {
    scores.fill(Number.NEGATIVE_INFINITY)
    for (const [index, close] of closenessOf(features, offset).entries()) {
      const label = labels[index]!
      scores[label] = Math.max(scores[label]!, close)
    }
    return scores
  }
  return {
    predicts: 'class',
    isDistance: true,
    scoresOf,
    classify: (features, offset) => highest(scoresOf(features, offset)),
  }
}

function centroidsIn(model: Model, table: Table) {
  const count = sizeOf(model, 'centroids', 0)
  const centroids = tensorOf(model, 'centroids', [count, dimensionsOf(table)])
  if (!model.tensors.some(({ name }) => name === 'labels')) return { centroids }
  const labels = tensorOf(model, 'labels', [count])
  const classes = classesOf(table)
  const unknown = labels.find((label) => label >= classes)
  if (unknown !== undefined) throw new ModelFormatError(`it names the class ${unknown}, which the table lacks`)
  return { centroids, labels }
}

/** What centroids without labels are refused with where a label is to be predicted. */
export function withoutLabels(model: Model): ModelMismatchError {
  return new ModelMismatchError('labels', [sizeOf(model, 'centroids', 0)], undefined)
}

/** Minus the squared distance of the row at `offset` to every centroid; the array is used again by the next call. */
function closeness(centroids: Float64Array, dimensions: number) {
  const close = new Float64Array(centroids.length / dimensions)
  return (features: Float64Array, offset: number): Float64Array => {
    for (let centroid = 0; centroid < close.length; centroid++) {
      let sum = 0
      const start = centroid * dimensions
      for (let index = 0; index < dimensions; index++) {
        const difference = features[offset + index]! - centroids[start + index]!
        sum += difference * difference
      }
      close[centroid] = -sum
    }
    return close
  }
}
