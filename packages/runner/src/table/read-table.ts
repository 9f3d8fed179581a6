import type { Table } from '@gristmill/protocol'
import { ValueError } from '../model/errors.js'
import { createLabelEncoder } from '../model/label-encoder.js'
import { createRowEncoder } from '../model/row-encoder.js'
import { TableMismatchError, TableTooLargeError } from './errors.js'
import type { TableLimits } from './limits.js'
import { type ByteSource, readCsv } from './read-csv.js'

/** A whole table as numbers. */
export interface EncodedTable {
  rows: number
  /** Numbers per row. */
  dimensions: number
  /** Row-major. */
  features: Float64Array
  /** Per row, the position of its class, or the number scaled to [-1, 1]. */
  labels: Float64Array
}

export interface ReadTableParams {
  source: ByteSource
  table: Table
  /** Most memory for the encoded features. */
  encodedBytesMax: number
  limits?: TableLimits
}

/** Reads a CSV that must be exactly what `table` describes, and encodes it. */
export async function readTable({ source, table, encodedBytesMax, limits }: ReadTableParams): Promise<EncodedTable> {
  const csv = await readCsv(source, limits)
  const positions = positionsOf(table, csv.columns)
  const encoder = createRowEncoder(table)
  const encodeLabel = createLabelEncoder(table.label)
  const rowsMax = Math.floor(encodedBytesMax / (8 * encoder.dimensions))
  let features: Float64Array = new Float64Array(encoder.dimensions * Math.min(1024, rowsMax))
  let labels: Float64Array = new Float64Array(Math.min(1024, rowsMax))
  let rows = 0
  for await (const { line, cells } of csv.rows) {
    if (rows === rowsMax) throw new TableTooLargeError({ line }, 'rows that fit the memory of an algorithm', rowsMax)
    if (rows === labels.length) {
      const capacity = Math.min(2 * rows, rowsMax)
      features = grow(features, new Float64Array(capacity * encoder.dimensions))
      labels = grow(labels, new Float64Array(capacity))
    }
    try {
      encoder.encode(
        positions.features.map((position) => cells[position]!),
        features,
        rows * encoder.dimensions,
      )
      labels[rows] = encodeLabel(cells[positions.label]!)
    } catch (error) {
      if (error instanceof ValueError) throw new TableMismatchError({ line, column: error.column }, error.reason)
      throw error
    }
    rows++
  }
  return {
    rows,
    dimensions: encoder.dimensions,
    features: features.subarray(0, rows * encoder.dimensions),
    labels: labels.subarray(0, rows),
  }
}

function grow(from: Float64Array, to: Float64Array): Float64Array {
  to.set(from)
  return to
}

/** Where the columns of a table stand in a CSV; every column of one must be in the other. */
function positionsOf(table: Table, columns: readonly string[]) {
  const expected = [...table.features.map(({ name }) => name), table.label.name, ...table.ignored]
  const missing = expected.find((name) => !columns.includes(name))
  if (missing !== undefined) throw new TableMismatchError({ line: 1, column: missing }, 'the column is missing')
  const unknown = columns.find((name) => !expected.includes(name))
  if (unknown !== undefined)
    throw new TableMismatchError({ line: 1, column: unknown }, 'the policy does not name the column')
  return {
    features: table.features.map(({ name }) => columns.indexOf(name)),
    label: columns.indexOf(table.label.name),
  }
}
