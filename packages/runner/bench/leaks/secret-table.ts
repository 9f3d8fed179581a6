import { createHash } from 'node:crypto'
import type { Table } from '@gristmill/protocol'

/** Of every feature. */
export const BITS = 7
const COLUMNS = ['a', 'b', 'c', 'd'] as const
export const DIMENSIONS = COLUMNS.length
/** Three digits each, so that every row of the file is as long. */
const LEAST = 100
const MOST = LEAST + 2 ** BITS - 1

/** Whether labels follow the first column, or nothing at all. */
export type Labels = 'by-rule' | 'by-chance'

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

/** A table of so many rows. */
export function secretTable({ rows, labels, seed }: { rows: number; labels: Labels; seed: string }): SecretTable {
  const lines = Array.from({ length: rows }, (_, row) => {
    const values = secretRow(seed, row)
    const isSecond = labels === 'by-rule' ? values[0]! >= 2 ** (BITS - 1) : draw(seed, row, 'label') % 2 === 1
    return [...values.map((value) => LEAST + value), isSecond ? 'bb' : 'aa'].join(',')
  })
  const features = COLUMNS.map((name) => ({
    name,
    type: 'number' as const,
    minMicros: LEAST * 1_000_000,
    maxMicros: MOST * 1_000_000,
  }))
  return {
    table: { features, label: { name: 'label', classes: ['aa', 'bb'] }, ignored: [] },
    csv: Buffer.from(`${[...COLUMNS, 'label'].join(',')}\n${lines.join('\n')}\n`),
  }
}

/** What an algorithm was given, as it lies in its input (ALGORITHM.md). */
export interface Given {
  rows: number
  labels: Int32Array
  features: Float64Array
}

/** Reads an algorithm's input. */
export function readInput(input: Uint8Array): Given {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength)
  const rows = view.getInt32(0, true)
  const labelsAt = 56 + 8 * view.getInt32(12, true)
  const featuresAt = labelsAt + 8 * Math.ceil(rows / 2)
  return {
    rows,
    labels: Int32Array.from({ length: rows }, (_, row) => view.getInt32(labelsAt + 4 * row, true)),
    features: Float64Array.from({ length: rows * DIMENSIONS }, (_, at) => view.getFloat64(featuresAt + 8 * at, true)),
  }
}

/** `count` bits of a number, the highest first. */
export function bitsOf(value: number, count: number): number[] {
  return Array.from({ length: count }, (_, at) => Math.floor(value / 2 ** (count - 1 - at)) % 2)
}

/** The features of every row, whole numbers again. */
export function secretsOf({ rows, features }: Given): number[][] {
  const whole = Array.from(features, (value) => Math.round(value * (2 ** BITS - 1)))
  return Array.from({ length: rows }, (_, row) => whole.slice(row * DIMENSIONS, (row + 1) * DIMENSIONS))
}

/** The bits of all features, row after row: what a sponsor wants. */
export const streamOf = (given: Given): number[] =>
  secretsOf(given).flatMap((row) => row.flatMap((value) => bitsOf(value, BITS)))
