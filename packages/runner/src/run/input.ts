import type { AllowedAlgorithm } from '@gristmill/protocol'
import { parameterNames } from '@gristmill/protocol'
import type { EncodedTable } from '../table/read-table.js'
import { labelBytesOf } from './label-bytes.js'

/** Bytes of the seed that an algorithm gets. */
export const SEED_BYTES = 32

const FIXED_BYTES = 24 + SEED_BYTES

export interface InputParams {
  table: EncodedTable
  /** Rows to hand over, ascending. */
  rows: Uint32Array
  /** 0 for a number label. */
  classes: number
  allowed: Pick<AllowedAlgorithm, 'parameters'>
  parameters: Readonly<Record<string, number>>
  seed: Uint8Array
  /** Values that the algorithm has to write. */
  outputs: number
}

/** The input buffer of ALGORITHM.md. */
export function writeInput({ table, rows, classes, allowed, parameters, seed, outputs }: InputParams): Uint8Array {
  const names = parameterNames(allowed)
  const labelsAt = FIXED_BYTES + 8 * names.length
  const featuresAt = labelsAt + labelBytesOf(rows.length, classes)
  const bytes = new Uint8Array(featuresAt + 8 * rows.length * table.dimensions)
  const view = new DataView(bytes.buffer)
  for (const [index, value] of [rows.length, table.dimensions, classes, names.length, outputs, 0].entries()) {
    view.setInt32(4 * index, value, true)
  }
  bytes.set(seed.subarray(0, SEED_BYTES), 24)
  for (const [index, name] of names.entries())
    view.setBigInt64(FIXED_BYTES + 8 * index, BigInt(parameters[name]!), true)
  let featureAt = featuresAt
  for (const [index, row] of rows.entries()) {
    if (classes === 0) view.setFloat64(labelsAt + 8 * index, table.labels[row]!, true)
    else view.setInt32(labelsAt + 4 * index, table.labels[row]!, true)
    const start = row * table.dimensions
    for (let column = 0; column < table.dimensions; column++, featureAt += 8) {
      view.setFloat64(featureAt, table.features[start + column]!, true)
    }
  }
  return bytes
}
