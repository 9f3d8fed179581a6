import { inFileOrder, RELEASE_BITS, type Release, releaseOf, safetensorsHeader, valuesIn } from '@gristmill/protocol'
import { bfloat16Bits, fromBfloat16Bits } from './bfloat16.js'
import { ModelFormatError } from './errors.js'

/** Largest file that is read. */
const FILE_BYTES_MAX = 64 * 1024 * 1024
const HEADER_BYTES_MAX = 64 * 1024

/** A named array of numbers in row-major order, all on the grid of `release`. */
export interface ModelTensor {
  name: string
  shape: readonly number[]
  release: Release
  values: Float64Array
}

/** A released model. */
export interface Model {
  tensors: readonly ModelTensor[]
}

const bytesPerValue = ({ release }: { release: Release }) => RELEASE_BITS[release] / 8

const dataBytesOf = (tensors: readonly { shape: readonly number[]; release: Release }[]) =>
  tensors.reduce((sum, tensor) => sum + bytesPerValue(tensor) * valuesIn(tensor), 0)

/** safetensors file of tensors whose values lie on their grids: in the order of the file, without metadata. */
export function writeSafetensors(tensors: readonly ModelTensor[]): Uint8Array {
  const header = new TextEncoder().encode(safetensorsHeader(tensors))
  const file = new Uint8Array(8 + header.length + dataBytesOf(tensors))
  const view = new DataView(file.buffer)
  view.setBigUint64(0, BigInt(header.length), true)
  file.set(header, 8)
  let offset = 8 + header.length
  for (const tensor of inFileOrder(tensors)) {
    for (const value of tensor.values) {
      if (tensor.release === 'u8') view.setUint8(offset, value)
      else view.setUint16(offset, tensor.release === 'bf16' ? bfloat16Bits(value) : value, true)
      offset += bytesPerValue(tensor)
    }
  }
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
  const expectedBytes = dataOffset + dataBytesOf(layouts)
  if (expectedBytes !== file.length) {
    throw new ModelFormatError(`the file has ${file.length} bytes, its header describes ${expectedBytes}`)
  }
  let offset = dataOffset
  const tensors = layouts.map((layout) => {
    const values = new Float64Array(valuesIn(layout))
    for (let index = 0; index < values.length; index++, offset += bytesPerValue(layout)) {
      const value = readValue(view, offset, layout.release)
      if (!Number.isFinite(value)) throw new ModelFormatError(`value ${index} of ${layout.name} is not finite`)
      values[index] = value
    }
    return { ...layout, values }
  })
  return { tensors }
}

function readValue(view: DataView, offset: number, release: Release): number {
  if (release === 'u8') return view.getUint8(offset)
  const bits = view.getUint16(offset, true)
  return release === 'bf16' ? fromBfloat16Bits(bits) : bits
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
