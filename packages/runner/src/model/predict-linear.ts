import { dimensionsOf, scoresOf, type Table } from '@gristmill/protocol'
import { ModelMismatchError, ValueError } from './errors.js'
import { type Cell, createRowEncoder } from './row-encoder.js'
import type { Model } from './safetensors.js'

/** What a model says of one row. */
export interface Prediction {
  /** The class, as the label column spells it. */
  label: string
  /** Its position among the classes. */
  classIndex: number
}

/** What a linear model says about one row, given as feature column -> value. */
export function predictLinear(model: Model, table: Table, row: Readonly<Record<string, Cell>>): Prediction {
  const encoder = createRowEncoder(table)
  const cells = table.features.map(({ name }) => {
    if (!Object.hasOwn(row, name)) throw new ValueError(name, 'the row has no such value')
    return row[name]!
  })
  const features = new Float64Array(encoder.dimensions)
  encoder.encode(cells, features, 0)
  const classIndex = linearClassifier(model, table)(features, 0)
  return { label: table.label.classes[classIndex]!, classIndex }
}

/**
 * Class of an encoded row at an offset. Two classes: the second if its score is above 0; more: the highest score, the
 * first of equals. Sums run in the order of the features, so every machine gets the same class.
 */
export function linearClassifier(model: Model, table: Table): (features: Float64Array, offset: number) => number {
  const dimensions = dimensionsOf(table)
  const scores = scoresOf(table)
  const coef = tensorOf(model, 'coef', [scores, dimensions])
  const intercept = tensorOf(model, 'intercept', [scores])
  const score = (row: number, features: Float64Array, offset: number) => {
    let sum = intercept[row]!
    const start = row * dimensions
    for (let index = 0; index < dimensions; index++) sum += coef[start + index]! * features[offset + index]!
    return sum
  }
  if (scores === 1) return (features, offset) => (score(0, features, offset) > 0 ? 1 : 0)
  return (features, offset) => {
    let best = 0
    let bestScore = score(0, features, offset)
    for (let row = 1; row < scores; row++) {
      const next = score(row, features, offset)
      if (next > bestScore) {
        best = row
        bestScore = next
      }
    }
    return best
  }
}

function tensorOf(model: Model, name: string, shape: readonly number[]): Float64Array {
  const tensor = model.tensors.find((candidate) => candidate.name === name)
  if (tensor === undefined || tensor.shape.join() !== shape.join())
    throw new ModelMismatchError(name, shape, tensor?.shape)
  return tensor.values
}
