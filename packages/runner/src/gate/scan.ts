import type { Checks } from '@gristmill/protocol'
import { bfloat16Bits, toBfloat16 } from '../model/bfloat16.js'
import { type ModelTensor, writeValues } from '../model/values.js'
import type { EncodedTable } from '../table/read-table.js'
import { DecodedTooLargeError, decodings } from './decode.js'
import type { Finding } from './finding.js'
import { createWindowIndex } from './window-index.js'

/** Of all texts that a model decodes to. */
const DECODED_BYTES_MAX = 8 * 1024 * 1024

export interface ScanParams {
  limits: NonNullable<Checks['scan']>
  tensors: readonly ModelTensor[]
  table: EncodedTable
  /** The data's file. */
  csv: Uint8Array
}

/** Do rows lie open in the model, as text of the data's file or as numbers side by side? */
export function checkScan({ limits, tensors, table, csv }: ScanParams): Finding[] {
  return [scanText(limits, writeValues(tensors), csv), scanRows(limits, tensors, table)]
}

function scanText(limits: ScanParams['limits'], values: Uint8Array, csv: Uint8Array): Finding {
  const { window, decoders } = limits
  const index = createWindowIndex(window)
  let left = DECODED_BYTES_MAX
  try {
    for (const view of viewsOf(values)) {
      index.add(view, 1)
      for (const decoded of decodings(view, { decoders, least: window, bytesMax: left })) {
        left -= decoded.length
        index.add(decoded, 1)
      }
    }
  } catch (error) {
    if (!(error instanceof DecodedTooLargeError)) throw error
    return {
      check: 'scan',
      isMet: false,
      quantity: 'bytes that the model decodes to, counted up to one too many, at most',
      found: DECODED_BYTES_MAX + 1,
      limit: DECODED_BYTES_MAX,
    }
  }
  const found = index.countIn(csv)
  return {
    check: 'scan',
    isMet: found === 0,
    quantity: `windows of ${window} bytes of the data's file in the model's, at most`,
    found,
    limit: 0,
  }
}

/** The bytes of values as they stand, each pair swapped, and the low and the high byte of each pair alone. */
function viewsOf(bytes: Uint8Array): Uint8Array[] {
  const pairs = bytes.length >> 1
  return [
    bytes,
    Uint8Array.from({ length: 2 * pairs }, (_, index) => bytes[index ^ 1]!),
    Uint8Array.from({ length: pairs }, (_, index) => bytes[2 * index]!),
    Uint8Array.from({ length: pairs }, (_, index) => bytes[2 * index + 1]!),
  ]
}

/** Numbers that say nothing of a row: no category, a category, either bound of a column. */
const COMMON = new Set([bfloat16Bits(0), bfloat16Bits(1)])

function scanRows(
  { numericRowRun }: ScanParams['limits'],
  tensors: readonly ModelTensor[],
  table: EncodedTable,
): Finding {
  const index = createWindowIndex(2 * numericRowRun)
  for (const { release, values } of tensors) {
    // A whole number on its own grid is no number of an encoded row.
    if (release === 'bf16')
      index.add(
        bytesOf(values.length, (at) => values[at]!),
        2,
      )
  }
  let found = 0
  const { rows, dimensions, features } = table
  for (let row = 0; row < rows; row++) {
    const start = row * dimensions
    const bytes = bytesOf(dimensions, (at) => toBfloat16(features[start + at]!))
    if (index.countIn(bytes) > 0) found++
  }
  return {
    check: 'scan',
    isMet: found === 0,
    quantity: `rows of which ${numericRowRun} numbers stand side by side in a tensor, at most`,
    found,
    limit: 0,
  }
}

/** Numbers on the bfloat16 grid, two bytes each, without the common ones. */
function bytesOf(length: number, valueAt: (index: number) => number): Uint8Array {
  const bytes = new Uint8Array(2 * length)
  let size = 0
  for (let index = 0; index < length; index++) {
    const bits = bfloat16Bits(valueAt(index))
    if (COMMON.has(bits)) continue
    bytes[size++] = bits & 0xff
    bytes[size++] = bits >> 8
  }
  return bytes.subarray(0, size)
}
