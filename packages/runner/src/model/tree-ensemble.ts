import type { Table } from '@gristmill/protocol'
import { dimensionsOf, scoresOf } from '@gristmill/protocol/model'
import { ModelFormatError } from './errors.js'
import { outputPredictor } from './outputs.js'
import type { Predictor } from './predictor.js'
import type { Model } from './safetensors.js'
import { sizeOf, tensorOf } from './tensor-of.js'

/**
 * Complete binary trees of one depth in heap order: the children of node i are 2i + 1, where the row's value is at most
 * the threshold, and 2i + 2. Nothing points anywhere, so there is no cycle to follow.
 */
export interface Trees {
  trees: number
  /** Of each tree. */
  leaves: number
  /** Values in a leaf. */
  outputs: number
  /** [trees, leaves, outputs] */
  leaf: Float64Array
  /** Position of the leaf of `tree` that the row at `offset` ends in. */
  leafOf(tree: number, features: Float64Array, offset: number): number
}

/** The trees of a model. Throws unless they fit the table. */
export function treesIn(model: Model, table: Table): Trees {
  const trees = sizeOf(model, 'leaf', 0)
  const leaves = sizeOf(model, 'leaf', 1)
  const depth = Math.round(Math.log2(leaves))
  const nodes = 2 ** depth - 1
  const outputs = scoresOf(table)
  const leaf = tensorOf(model, 'leaf', [trees, nodes + 1, outputs])
  const feature = tensorOf(model, 'feature', [trees, nodes])
  const threshold = tensorOf(model, 'threshold', [trees, nodes])
  const dimensions = dimensionsOf(table)
  const unknown = feature.find((index) => index >= dimensions)
  if (unknown !== undefined) throw new ModelFormatError(`a tree reads value ${unknown} of rows of ${dimensions}`)
  return {
    trees,
    leaves,
    outputs,
    leaf,
    leafOf(tree, features, offset) {
      const start = tree * nodes
      let node = 0
      for (let level = 0; level < depth; level++) {
        const goesRight = features[offset + feature[start + node]!]! > threshold[start + node]!
        node = 2 * node + (goesRight ? 2 : 1)
      }
      return node - nodes
    },
  }
}

/** Sum of the leaves that a row ends in. */
export function treeEnsemblePredictor(model: Model, table: Table): Predictor {
  const { trees, leaves, outputs, leaf, leafOf } = treesIn(model, table)
  return outputPredictor(table, (features, offset, sums) => {
    for (let tree = 0; tree < trees; tree++) {
      const start = (tree * leaves + leafOf(tree, features, offset)) * outputs
      for (let output = 0; output < outputs; output++) sums[output]! += leaf[start + output]!
    }
  })
}
