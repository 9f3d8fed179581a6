import { safetensorsHeader, sortedByName, valuesIn } from '@gristmill/protocol'
import { bfloat16Bits, fromBfloat16Bits } from './bfloat16.js'
import { ModelFormatError } from './errors.js'

/** Largest file that is read. */
const FILE_BYTES_MAX = 64 * 1024 * 1024
const HEADER_BYTES_MAX = 64 * 1024

/** A named array of numbers in row-major order. */
export interface ModelTensor {
  name: string
  shape: readonly number[]
  values: Float64Array
}

/** A released model. */
export interface Model {
  tensors: readonly ModelTensor[]
}

/** safetensors file of tensors whose values lie on the bfloat16 grid: sorted by name, without metadata. */
export function writeSafetensors(tensors: readonly ModelTensor[]): Uint8Array {
  const header = new TextEncoder().encode(safetensorsHeader(mutableShapes(tensors)))
  const values = tensors.reduce((sum, tensor) => sum + tensor.values.length, 0)
  const file = new Uint8Array(8 + header.length + 2 * values)
  const view = new DataView(file.buffer)
  view.setBigUint64(0, BigInt(header.length), true)
  file.set(header, 8)
  let offset = 8 + header.length
  for (const tensor of sortedByName(tensors)) {
    for (const value of tensor.values) {
      view.setUint16(offset, bfloat16Bits(value), true)
      offset += 2
    }
  }
  return file
}

/**
 * Reads a safetensors file as the runner writes it: bfloat16, tensors sorted and dense, no metadata, finite values.
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
  const shapes = shapesIn(text)
  if (safetensorsHeader(shapes) !== text)
    throw new ModelFormatError('the header is not the canonical one of its tensors')
  const expectedBytes = dataOffset + 2 * shapes.reduce((sum, tensor) => sum + valuesIn(tensor), 0)
  if (expectedBytes !== file.length) {
    throw new ModelFormatError(`the file has ${file.length} bytes, its header describes ${expectedBytes}`)
  }
  let offset = dataOffset
  const tensors = shapes.map(({ name, shape }) => {
    const values = new Float64Array(valuesIn({ shape }))
    for (let index = 0; index < values.length; index++, offset += 2) {
      const value = fromBfloat16Bits(view.getUint16(offset, true))
      if (!Number.isFinite(value)) throw new ModelFormatError(`value ${index} of ${name} is not finite`)
      values[index] = value
    }
    return { name, shape, values }
  })
  return { tensors }
}

/** Names and shapes in a header, sorted by name; data types and offsets are compared with the canonical header later. */
function shapesIn(header: string): { name: string; shape: number[] }[] {
  let parsed: unknown
  try {
    parsed = JSON.parse(header)
  } catch (cause) {
    throw new ModelFormatError('the header is not JSON', { cause })
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new ModelFormatError('the header is not an object')
  }
  const shapes = Object.entries(parsed).map(([name, entry]) => {
    const shape: unknown = (entry as { shape?: unknown } | null)?.shape
    const isShape =
      Array.isArray(shape) && shape.length <= 8 && shape.every((size) => Number.isSafeInteger(size) && size > 0)
    if (!isShape || valuesIn({ shape }) > FILE_BYTES_MAX) throw new ModelFormatError(`"${name}" has no usable shape`)
    return { name, shape }
  })
  return sortedByName(shapes)
}

function mutableShapes(tensors: readonly ModelTensor[]) {
  return tensors.map(({ name, shape }) => ({ name, shape: [...shape] }))
}
