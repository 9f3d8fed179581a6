import { z } from 'zod'
import { canonicalJson } from '../canonical-json.js'
import { bitsIn, inFileOrder, RELEASE_BITS, RELEASES, type Release, type TensorLayout, valuesIn } from './layout.js'

/** Names of the grids in a safetensors file. */
const DTYPES: Readonly<Record<Release, string>> = { bf16: 'BF16', u8: 'U8', u16: 'U16' }

/** The grid that a safetensors file calls `dtype`; undefined for one that no policy releases. */
export function releaseOf(dtype: unknown): Release | undefined {
  return RELEASES.find((release) => DTYPES[release] === dtype)
}

/** True if a bfloat16 holds the number exactly. */
const isBf16 = (value: number) => {
  const bits = new DataView(new ArrayBuffer(4))
  bits.setFloat32(0, value)
  return bits.getFloat32(0) === value && bits.getUint16(2) === 0
}

/** One tensor that may leave: values within `range`, on the grid of `release`. */
export const tensorSchema = z
  .strictObject({
    name: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'expected a lower-case name'),
    shape: z.array(z.int().min(1).max(65_536)).min(1).max(4),
    /** Reals are rounded to bf16; what is released as u8 or u16 has to be whole already. */
    release: z.enum(RELEASES),
    /** Smallest and largest value, both on the grid. */
    range: z.tuple([z.int(), z.int()]),
  })
  .superRefine(({ release, range }, context) => {
    for (const [index, bound] of range.entries()) {
      if (release === 'bf16' ? isBf16(bound) : bound >= 0 && bound < 2 ** RELEASE_BITS[release]) continue
      const message =
        release === 'bf16'
          ? 'the bound must be exact in bfloat16, a power of two for example'
          : `the bound must be from 0 to ${2 ** RELEASE_BITS[release] - 1}`
      context.addIssue({ code: 'custom', message, path: ['range', index] })
    }
  })
/** One tensor that may leave: values within `range`, on the grid of `release`. */
export type Tensor = z.output<typeof tensorSchema>

export const artifactSchema = z.strictObject({
  format: z.literal('safetensors'),
  /** In the order in which an algorithm writes them. */
  tensors: z.array(tensorSchema).min(1).max(16),
})
/** The one file that a run may release: a model of these tensors. */
export type Artifact = z.output<typeof artifactSchema>

/** Number of values in all tensors. */
export function parametersIn(artifact: Artifact): number {
  return artifact.tensors.reduce((sum, tensor) => sum + valuesIn(tensor), 0)
}

/** Bytes of a tensor in the released file. */
const bytesOf = (tensor: TensorLayout) => (valuesIn(tensor) * RELEASE_BITS[tensor.release]) / 8

/**
 * Text header of the released safetensors file: tensors in the file's order, no metadata, padded with spaces to a multiple
 * of 8 bytes. It follows from names, shapes and grids alone, so nothing can hide in it.
 */
export function safetensorsHeader(tensors: readonly TensorLayout[]): string {
  let offset = 0
  const entries = inFileOrder(tensors).map((tensor) => {
    const start = offset
    offset += bytesOf(tensor)
    const { name, shape, release } = tensor
    return [name, { dtype: DTYPES[release], shape, data_offsets: [start, offset] }] as const
  })
  const text = canonicalJson(Object.fromEntries(entries))
  return text.padEnd(Math.ceil(text.length / 8) * 8)
}

/** Exact size of the released file. */
export function releasedBytesOf(artifact: Artifact): number {
  return 8 + safetensorsHeader(artifact.tensors).length + bitsIn(artifact) / 8
}
