import { createHash } from 'node:crypto'
import type { Table } from '@gristmill/protocol'

/** Of the table. */
export const ROWS = 1_000
/** Of every feature. */
export const BITS = 7
const COLUMNS = ['a', 'b', 'c', 'd'] as const
export const DIMENSIONS = COLUMNS.length
/** Three digits each, so that every row of the file is as long. */
const LEAST = 100
const MOST = LEAST + 2 ** BITS - 1

/** Whether labels follow the first column, or nothing at all; `numbers` are seven fair bits, like features. */
export type Labels = 'by-rule' | 'by-chance' | 'numbers'

/** A table of secrets: every feature is seven fair bits. */
export interface SecretTable {
  table: Table
  csv: Uint8Array
}

/** Of the secrets; another one gives others. */
export const SEED = 'gristmill leaks v1'

const draw = (seed: string, row: number, column: string) =>
  createHash('sha256').update(`${seed} ${row} ${column}`).digest().readUInt8() >> (8 - BITS)

/** The features of a row, by rule: bytes of SHA-256 of a seed, the row's number and the column's name. */
export const secretRow = (seed: string, row: number): number[] => COLUMNS.map((column) => draw(seed, row, column))

/** The number of a row where labels are `numbers`. */
export const secretNumber = (seed: string, row: number): number => draw(seed, row, 'number')

/** A table of so many rows. */
export function secretTable({ rows, labels, seed }: { rows: number; labels: Labels; seed: string }): SecretTable {
  const lines = Array.from({ length: rows }, (_, row) => {
    const values = secretRow(seed, row)
    return [...values.map((value) => LEAST + value), labelOf(labels, seed, row)].join(',')
  })
  const bounds = { minMicros: LEAST * 1_000_000, maxMicros: MOST * 1_000_000 }
  const features = COLUMNS.map((name) => ({ name, type: 'number' as const, ...bounds }))
  const label = labels === 'numbers' ? { name: 'label', ...bounds } : { name: 'label', classes: ['aa', 'bb'] }
  return {
    table: { features, label, ignored: [] },
    csv: Buffer.from(`${[...COLUMNS, 'label'].join(',')}\n${lines.join('\n')}\n`),
  }
}

function labelOf(labels: Labels, seed: string, row: number): string {
  if (labels === 'numbers') return String(LEAST + secretNumber(seed, row))
  const isSecond =
    labels === 'by-rule' ? secretRow(seed, row)[0]! >= 2 ** (BITS - 1) : draw(seed, row, 'label') % 2 === 1
  return isSecond ? 'bb' : 'aa'
}

/** What an algorithm was given, as it lies in its input (ALGORITHM.md). */
export interface Given {
  rows: number
  /** Classes, or numbers from -1 to 1. */
  labels: Float64Array
  features: Float64Array
}

/** Reads an algorithm's input. */
export function readInput(input: Uint8Array): Given {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength)
  const rows = view.getInt32(0, true)
  const labelsAt = 56 + 8 * view.getInt32(12, true)
  const isNumber = view.getInt32(8, true) === 0
  const featuresAt = labelsAt + 8 * (isNumber ? rows : Math.ceil(rows / 2))
  return {
    rows,
    labels: Float64Array.from({ length: rows }, (_, row) =>
      isNumber ? view.getFloat64(labelsAt + 8 * row, true) : view.getInt32(labelsAt + 4 * row, true),
    ),
    features: Float64Array.from({ length: rows * DIMENSIONS }, (_, at) => view.getFloat64(featuresAt + 8 * at, true)),
  }
}

/** `count` bits of a number, the highest first. */
export function bitsOf(value: number, count: number): number[] {
  return Array.from({ length: count }, (_, at) => Math.floor(value / 2 ** (count - 1 - at)) % 2)
}

/** A whole number of seven bits as models see it, from -1 to 1. */
export const scaledTo = (whole: number): number => (2 * whole) / (2 ** BITS - 1) - 1

/** A number from -1 to 1, whole again; kept within seven bits. */
export const wholeOf = (number: number): number =>
  Math.min(2 ** BITS - 1, Math.max(0, Math.round(((number + 1) / 2) * (2 ** BITS - 1))))

/** The features of every row, whole numbers again. */
export function secretsOf({ rows, features }: Given): number[][] {
  const whole = Array.from(features, (value) => Math.round(value * (2 ** BITS - 1)))
  return Array.from({ length: rows }, (_, row) => whole.slice(row * DIMENSIONS, (row + 1) * DIMENSIONS))
}

/** The bits of all features, row after row: what a sponsor wants. */
export const streamOf = (given: Given): number[] =>
  secretsOf(given).flatMap((row) => row.flatMap((value) => bitsOf(value, BITS)))
