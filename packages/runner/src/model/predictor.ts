import type { NumberLabel, Table } from '@gristmill/protocol'
import { centroidsPredictor } from './centroids.js'
import { NoPredictionError } from './errors.js'
import { linearPredictor } from './linear.js'
import { mlpPredictor } from './mlp.js'
import type { Model } from './safetensors.js'
import { treeEnsemblePredictor } from './tree-ensemble.js'

/** What a model says of the class of encoded rows. */
export interface ClassPredictor {
  /** Of centroids without labels the classes are the centroids. */
  predicts: 'class' | 'centroid'
  /** True where a score is minus the squared distance to something that the model holds. */
  isDistance: boolean
  /** Score of every class; the array is used again by the next call. */
  scoresOf(features: Float64Array, offset: number): Float64Array
  /** The class with the highest score, the first of equals. */
  classify(features: Float64Array, offset: number): number
}

/** What a model says of a number label. */
export interface NumberPredictor {
  predicts: 'number'
  label: NumberLabel
  /**
   * The number, on the scale on which the label's bounds are -1 and 1, and kept within them: nearer to every label than what lies
   * beyond, and no row moves an error by more than the range.
   */
  numberOf(features: Float64Array, offset: number): number
  /** The same as the model has it, which may lie beyond. */
  outputOf(features: Float64Array, offset: number): number
}

/**
 * What a model says of encoded rows, each at an offset of an array. Sums run in a fixed order, so every machine gets the
 * same answers.
 */
export type Predictor = ClassPredictor | NumberPredictor

/**
 * Predictor of a model of any family, told apart by its tensors. Throws ModelMismatchError unless it fits the table,
 * NoPredictionError of a histogram.
 */
export function predictorOf(model: Model, table: Table): Predictor {
  const names = new Set(model.tensors.map(({ name }) => name))
  if (names.has('counts')) throw new NoPredictionError()
  if (names.has('w1')) return mlpPredictor(model, table)
  if (names.has('centroids')) return centroidsPredictor(model, table)
  if (names.has('leaf')) return treeEnsemblePredictor(model, table)
  return linearPredictor(model, table)
}
