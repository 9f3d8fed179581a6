/** Grids that a released value may lie on: bfloat16, or integers of 8 or 16 bits. */
export const RELEASES = ['bf16', 'u8', 'u16'] as const
/** One of `RELEASES`. */
export type Release = (typeof RELEASES)[number]

/** Bits that one released value carries. */
export const RELEASE_BITS: Readonly<Record<Release, number>> = { bf16: 16, u8: 8, u16: 16 }

/** Number of values in a tensor. */
export function valuesIn({ shape }: { shape: readonly number[] }): number {
  return shape.reduce((product, size) => product * size, 1)
}

/** What the released file's header says of a tensor. */
export interface TensorLayout {
  name: string
  shape: readonly number[]
  release: Release
}

/** Bits that all tensors carry. */
export function bitsIn({ tensors }: { tensors: readonly Pick<TensorLayout, 'shape' | 'release'>[] }): number {
  return tensors.reduce((sum, tensor) => sum + valuesIn(tensor) * RELEASE_BITS[tensor.release], 0)
}

/** Tensors in the order of the released file: wider values first, so that all are aligned, then by UTF-16 code units. */
export function inFileOrder<T extends { name: string; release: Release }>(tensors: readonly T[]): T[] {
  return tensors.toSorted(
    (a, b) => RELEASE_BITS[b.release] - RELEASE_BITS[a.release] || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  )
}
