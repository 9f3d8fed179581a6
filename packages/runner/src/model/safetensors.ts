import { bitsIn, inFileOrder, releaseOf, safetensorsHeader, type TensorLayout, valuesIn } from '@gristmill/protocol'
import { ModelFormatError } from './errors.js'
import { type ModelTensor, readValues, writeValues } from './values.js'

/** Largest file that is read. */
const FILE_BYTES_MAX = 64 * 1024 * 1024
const HEADER_BYTES_MAX = 64 * 1024

/** A released model. */
export interface Model {
  tensors: readonly ModelTensor[]
}

/** safetensors file of tensors whose values lie on their grids: in the order of the file, without metadata. */
export function writeSafetensors(tensors: readonly ModelTensor[]): Uint8Array {
  return joinSafetensors(tensors, writeValues(tensors))
}

/** safetensors file of the values that `writeValues` made of tensors of this layout. */
export function joinSafetensors(layouts: readonly TensorLayout[], values: Uint8Array): Uint8Array {
  const header = new TextEncoder().encode(safetensorsHeader(layouts))
  const file = new Uint8Array(8 + header.length + values.length)
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true)
  file.set(header, 8)
  file.set(values, 8 + header.length)
  return file
}

/**
 * Reads a safetensors file as the runner writes it: its grids, tensors sorted and dense, no metadata, finite values.
 * Any other byte is refused, so one model has one file.
 */
export function readSafetensors(file: Uint8Array): Model {
  if (file.length < 8 || file.length > FILE_BYTES_MAX) {
    throw new ModelFormatError(`the file has ${file.length} bytes; expected 8 to ${FILE_BYTES_MAX}`)
  }
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const headerBytes = view.getBigUint64(0, true)
  if (headerBytes > BigInt(Math.min(HEADER_BYTES_MAX, file.length - 8))) {
    throw new ModelFormatError(`the header claims ${headerBytes} bytes; the file is truncated or not safetensors`)
  }
  const dataOffset = 8 + Number(headerBytes)
  const text = new TextDecoder().decode(file.subarray(8, dataOffset))
  const layouts = layoutsIn(text)
  if (safetensorsHeader(layouts) !== text)
    throw new ModelFormatError('the header is not the canonical one of its tensors')
  const expectedBytes = dataOffset + bitsIn({ tensors: layouts }) / 8
  if (expectedBytes !== file.length) {
    throw new ModelFormatError(`the file has ${file.length} bytes, its header describes ${expectedBytes}`)
  }
  return { tensors: readValues(layouts, file.subarray(dataOffset)) }
}

/** Names, shapes and grids in a header, in the order of the file; offsets are compared with the canonical header later. */
function layoutsIn(header: string) {
  let parsed: unknown
  try {
    parsed = JSON.parse(header)
  } catch (cause) {
    throw new ModelFormatError('the header is not JSON', { cause })
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new ModelFormatError('the header is not an object')
  }
  const layouts = Object.entries(parsed).map(([name, entry]) => {
    const { shape, dtype } = (entry ?? {}) as { shape?: unknown; dtype?: unknown }
    if (!isShape(shape) || valuesIn({ shape }) > FILE_BYTES_MAX) {
      throw new ModelFormatError(`"${name}" has no usable shape`)
    }
    const release = releaseOf(dtype)
    if (release === undefined) throw new ModelFormatError(`"${name}" has a data type that no policy releases`)
    return { name, shape, release }
  })
  return inFileOrder(layouts)
}

const isShape = (shape: unknown): shape is number[] =>
  Array.isArray(shape) && shape.length <= 8 && shape.every((size) => Number.isSafeInteger(size) && size > 0)
