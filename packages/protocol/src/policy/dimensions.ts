import type { Table } from './table.js'

/** Number of values that one encoded row holds: one per number, one per category. */
export function dimensionsOf(table: Table): number {
  return table.features.reduce((sum, column) => sum + (column.type === 'number' ? 1 : column.categories.length), 0)
}

/** Number of score rows of a linear model: one for two classes, else one per class. */
export function scoresOf(table: Table): number {
  return table.label.classes.length === 2 ? 1 : table.label.classes.length
}
