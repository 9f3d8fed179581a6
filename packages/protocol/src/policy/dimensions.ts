import { isNumberLabel } from './label.js'
import type { Table } from './table.js'

/** Number of values that one encoded row holds: one per number, one per category. */
export function dimensionsOf(table: Table): number {
  return table.features.reduce((sum, column) => sum + (column.type === 'number' ? 1 : column.categories.length), 0)
}

/** Number of classes that a row may belong to; 0 if the label is a number. */
export function classesOf({ label }: Pick<Table, 'label'>): number {
  return isNumberLabel(label) ? 0 : label.classes.length
}

/** Number of score rows of a linear model: one for a number or two classes, else one per class. */
export function scoresOf(table: Pick<Table, 'label'>): number {
  const classes = classesOf(table)
  return classes > 2 ? classes : 1
}
