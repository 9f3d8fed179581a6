import type { Tensor } from './artifact.js'
import { classesOf, dimensionsOf, scoresOf } from './dimensions.js'
import type { Family } from './family.js'
import { isNumberLabel } from './label.js'
import type { Release } from './layout.js'
import type { Table } from './table.js'

/** Deepest trees that a policy may release: 2^depth leaves each. */
export const TREE_DEPTH_MAX = 12

/** Fewest parts into which a histogram cuts the range of a number. */
export const BINS_MIN = 2

const BINS_MAX = 256

/** A model's family, and the sizes that the table does not decide. */
export type ModelShape =
  /** coef [s, d], intercept [s]. */
  | { family: 'linear' }
  /** One or two hidden layers of ReLU. */
  | { family: 'mlp'; hidden: readonly number[] }
  /** k centres of rows; with a class each, if it `predicts`. */
  | { family: 'centroids'; centroids: number; predicts?: boolean }
  /** Complete binary trees of one depth, in heap order. */
  | { family: 'tree-ensemble'; trees: number; depth: number }
  /** counts [classes, cells]: of every number as many cells as `bins`, of every category one; a number label has bins for classes. */
  | { family: 'histogram'; bins: number }

/** What a family asks of one of its tensors. */
export interface TensorRule {
  shape: readonly number[]
  releases: readonly Release[]
  /** The range may be narrower. */
  within?: readonly [number, number]
}

/** Cells of one class of a histogram: the features in their order, of a number its bins, of a category one for each. */
export function histogramCells({ features }: Pick<Table, 'features'>, bins: number): number {
  return features.reduce((sum, column) => sum + (column.type === 'number' ? bins : column.categories.length), 0)
}

/** Rows of a histogram's counts: one for each class, or for each bin of a number label. */
export function histogramGroups(table: Pick<Table, 'label'>, bins: number): number {
  return classesOf(table) || bins
}

/** The tensors of a model of this shape, by name, in the order in which an algorithm writes them. */
export function tensorRules(model: ModelShape, table: Table): Record<string, TensorRule> {
  const d = dimensionsOf(table)
  const s = scoresOf(table)
  const real = (...shape: number[]): TensorRule => ({ shape, releases: ['bf16'] })
  const whole = (below: number, ...shape: number[]): TensorRule => ({
    shape,
    releases: ['u8', 'u16'],
    within: [0, below - 1],
  })
  switch (model.family) {
    case 'linear':
      return { coef: real(s, d), intercept: real(s) }
    case 'mlp': {
      const widths = [d, ...model.hidden, s]
      return Object.fromEntries(
        widths.slice(1).flatMap((width, index) => [
          [`w${index + 1}`, real(width, widths[index]!)],
          [`b${index + 1}`, real(width)],
        ]),
      )
    }
    case 'centroids': {
      const centroids = real(model.centroids, d)
      return model.predicts
        ? { centroids, labels: whole(Math.max(1, classesOf(table)), model.centroids) }
        : { centroids }
    }
    case 'histogram':
      return { counts: real(histogramGroups(table, model.bins), histogramCells(table, model.bins)) }
    case 'tree-ensemble': {
      const leaves = 2 ** model.depth
      return {
        feature: whole(d, model.trees, leaves - 1),
        threshold: real(model.trees, leaves - 1),
        leaf: real(model.trees, leaves, s),
      }
    }
  }
}

/** The shape of a family's model that comes closest to these tensors; they are to be compared with its `tensorRules`. */
export function modelShapeOf(
  family: Family,
  tensors: readonly Pick<Tensor, 'name' | 'shape'>[],
  table: Table,
): ModelShape {
  const shapeOf = (name: string) => tensors.find((tensor) => tensor.name === name)?.shape
  const size = (name: string, axis: number) => shapeOf(name)?.[axis] ?? 1
  switch (family) {
    case 'linear':
      return { family }
    case 'mlp':
      return { family, hidden: shapeOf('w3') ? [size('w1', 0), size('w2', 0)] : [size('w1', 0)] }
    case 'centroids':
      return { family, centroids: size('centroids', 0), predicts: shapeOf('labels') !== undefined }
    case 'histogram': {
      const numbers = table.features.filter(({ type }) => type === 'number').length
      const cells = Math.round((size('counts', 1) - histogramCells(table, 0)) / numbers)
      const groups = isNumberLabel(table.label) ? size('counts', 0) : BINS_MIN
      return { family, bins: Math.min(BINS_MAX, Math.max(BINS_MIN, numbers === 0 ? groups : cells)) }
    }
    case 'tree-ensemble':
      return {
        family,
        trees: size('feature', 0),
        depth: Math.min(TREE_DEPTH_MAX, Math.max(1, Math.round(Math.log2(size('feature', 1) + 1)))),
      }
  }
}

/** True if a model of these tensors says of a row what its label is. */
export function predictsLabel(family: Family, tensors: readonly Pick<Tensor, 'name' | 'shape'>[]): boolean {
  if (family === 'histogram') return false
  return family !== 'centroids' || tensors.some(({ name }) => name === 'labels')
}
