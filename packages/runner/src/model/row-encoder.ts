import type { FeatureColumn, NumberColumn, Table } from '@gristmill/protocol'
import { dimensionsOf } from '@gristmill/protocol/model'
import { parseDecimal } from './decimal.js'
import { ValueError } from './errors.js'

/** A cell as text, as in a CSV, or as a number. */
export type Cell = string | number

/** Turns the cells of a row into the numbers that algorithms and models see. */
export interface RowEncoder {
  /** Numbers per row. */
  dimensions: number
  /** Writes a row: cell `index` belongs to feature column `index`. Throws ValueError for a cell outside its column. */
  encode(cells: readonly Cell[], target: Float64Array, offset: number): void
}

/** Encoder of a table's features: numbers scaled to [0, 1] by their public bounds, categories as one-hot. */
export function createRowEncoder(table: Table): RowEncoder {
  const columns = table.features.map(columnEncoder)
  const dimensions = dimensionsOf(table)
  return {
    dimensions,
    encode(cells, target, offset) {
      target.fill(0, offset, offset + dimensions)
      let at = offset
      for (const [index, column] of columns.entries()) {
        column.write(cells[index] ?? '', target, at)
        at += column.width
      }
    },
  }
}

/** A row as feature column -> cell. */
export type RowCells = Readonly<Record<string, Cell>>

/** One row as the numbers that models see. */
export function encodeRow(table: Table, row: RowCells): Float64Array {
  const encoder = createRowEncoder(table)
  const cells = table.features.map(({ name }) => {
    if (!Object.hasOwn(row, name)) throw new ValueError(name, 'the row has no such value')
    return row[name]!
  })
  const features = new Float64Array(encoder.dimensions)
  encoder.encode(cells, features, 0)
  return features
}

interface ColumnEncoder {
  width: number
  write(cell: Cell, target: Float64Array, offset: number): void
}

function columnEncoder(column: FeatureColumn): ColumnEncoder {
  if (column.type === 'number') {
    return {
      width: 1,
      write(cell, target, offset) {
        target[offset] = shareOf(column, cell)
      },
    }
  }
  const positions = new Map(column.categories.map((category, index) => [category, index]))
  return {
    width: column.categories.length,
    write(cell, target, offset) {
      const position = positions.get(String(cell))
      if (position === undefined) throw new ValueError(column.name, 'the value is none of the categories of its schema')
      target[offset + position] = 1
    },
  }
}

/** How far a number is from its lower public bound to its upper one, 0 to 1. Throws ValueError for a cell outside of them. */
export function shareOf({ name, minMicros, maxMicros }: Omit<NumberColumn, 'type'>, cell: Cell): number {
  const value = typeof cell === 'number' ? cell : parseDecimal(cell)
  if (value === undefined || !Number.isFinite(value)) throw new ValueError(name, 'the value is not a finite number')
  const min = minMicros / 1e6
  const max = maxMicros / 1e6
  if (value < min || value > max) throw new ValueError(name, `the value lies outside its schema, ${min} to ${max}`)
  return (value - min) / (max - min)
}
