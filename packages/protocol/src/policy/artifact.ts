import { z } from 'zod'
import { canonicalJson } from '../canonical-json.js'

/** Bits that one released value carries. */
export const RELEASE_BITS = { bf16: 16 } as const

/** True if a bfloat16 holds the number exactly. */
const isBf16 = (value: number) => {
  const bits = new DataView(new ArrayBuffer(4))
  bits.setFloat32(0, value)
  return bits.getFloat32(0) === value && bits.getUint16(2) === 0
}

const bound = z.int().refine(isBf16, 'the bound must be exact in bfloat16, a power of two for example')

/** One tensor that may leave: values within `range`, rounded to the grid of `release`. */
export const tensorSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'expected a lower-case name'),
  shape: z.array(z.int().min(1).max(65_536)).min(1).max(4),
  release: z.literal('bf16'),
  range: z.tuple([bound, bound]),
})
/** One tensor that may leave: values within `range`, rounded to the grid of `release`. */
export type Tensor = z.output<typeof tensorSchema>

export const artifactSchema = z.strictObject({
  format: z.literal('safetensors'),
  /** In the order in which an algorithm writes them. */
  tensors: z.array(tensorSchema).min(1).max(16),
})
/** The one file that a run may release: a model of these tensors. */
export type Artifact = z.output<typeof artifactSchema>

/** Number of values in a tensor. */
export function valuesIn(tensor: Pick<Tensor, 'shape'>): number {
  return tensor.shape.reduce((product, size) => product * size, 1)
}

/** Number of values in all tensors. */
export function parametersIn(artifact: Artifact): number {
  return artifact.tensors.reduce((sum, tensor) => sum + valuesIn(tensor), 0)
}

/**
 * Text header of the released safetensors file: tensors sorted by name, no metadata, padded with spaces to a multiple of
 * 8 bytes. It follows from names and shapes alone, so nothing can hide in it.
 */
export function safetensorsHeader(tensors: readonly Pick<Tensor, 'name' | 'shape'>[]): string {
  let offset = 0
  const entries = sortedByName(tensors).map(({ name, shape }) => {
    const start = offset
    offset += 2 * valuesIn({ shape })
    return [name, { dtype: 'BF16', shape, data_offsets: [start, offset] }] as const
  })
  const text = canonicalJson(Object.fromEntries(entries))
  return text.padEnd(Math.ceil(text.length / 8) * 8)
}

/** Tensors in the order of the released file: ascending names, compared by UTF-16 code units. */
export function sortedByName<T extends { name: string }>(tensors: readonly T[]): T[] {
  return tensors.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

/** Exact size of the released file. */
export function releasedBytesOf(artifact: Artifact): number {
  return 8 + safetensorsHeader(artifact.tensors).length + 2 * parametersIn(artifact)
}
