import { bitsIn, inFileOrder, RELEASE_BITS, type Release, type TensorLayout, valuesIn } from '@gristmill/protocol/model'
import { bfloat16Bits, fromBfloat16Bits } from './bfloat16.js'
import { ModelFormatError } from './errors.js'

/** A named array of numbers in row-major order, all on the grid of `release`. */
export interface ModelTensor {
  name: string
  shape: readonly number[]
  release: Release
  values: Float64Array
}

/** All values of a model as its file holds them, little-endian, without the header. */
export function writeValues(tensors: readonly ModelTensor[]): Uint8Array {
  const bytes = new Uint8Array(bitsIn({ tensors }) / 8)
  const view = new DataView(bytes.buffer)
  let offset = 0
  for (const { release, values } of inFileOrder(tensors)) {
    for (const value of values) {
      if (release === 'u8') view.setUint8(offset, value)
      else view.setUint16(offset, release === 'bf16' ? bfloat16Bits(value) : value, true)
      offset += RELEASE_BITS[release] / 8
    }
  }
  return bytes
}

/** The tensors whose values are in `bytes`, which are exactly as long as `layouts` ask for. Refuses what is not finite. */
export function readValues(layouts: readonly TensorLayout[], bytes: Uint8Array): ModelTensor[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let offset = 0
  return inFileOrder(layouts).map(({ name, shape, release }) => {
    const values = new Float64Array(valuesIn({ shape }))
    for (let index = 0; index < values.length; index++, offset += RELEASE_BITS[release] / 8) {
      const value = readValue(view, offset, release)
      if (!Number.isFinite(value)) throw new ModelFormatError(`value ${index} of ${name} is not finite`)
      values[index] = value
    }
    return { name, shape, release, values }
  })
}

function readValue(view: DataView, offset: number, release: Release): number {
  if (release === 'u8') return view.getUint8(offset)
  const bits = view.getUint16(offset, true)
  return release === 'bf16' ? fromBfloat16Bits(bits) : bits
}
