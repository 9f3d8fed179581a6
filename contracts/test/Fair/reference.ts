import { createCipheriv, createHash } from 'node:crypto'

export const CELL_BYTES = 4096
export const CONTENT_BYTES = 4064n

export const hex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString('hex')}`
export const sha256 = (...parts: Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest()
export const leafOf = (bytes: Uint8Array): Buffer => sha256(Buffer.of(0), bytes)
const nodeOf = (left: Uint8Array, right: Uint8Array): Buffer => sha256(Buffer.of(1), left, right)

/** The largest power of two that is smaller than `size`. */
function splitAt(size: bigint): bigint {
  return 2n ** BigInt((size - 1n).toString(2).length - 1)
}

/** RFC 9162, section 2.1.1, word for word: MTH of the hashes of all leaves. */
export function rootOf(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 1) return leaves[0]!
  const k = Number(splitAt(BigInt(leaves.length)))
  return nodeOf(rootOf(leaves.slice(0, k)), rootOf(leaves.slice(k)))
}

/** RFC 9162, section 2.1.3.1, word for word: PATH(m, D). */
export function proofOf(m: number, leaves: readonly Buffer[]): Buffer[] {
  if (leaves.length === 1) return []
  const k = Number(splitAt(BigInt(leaves.length)))
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)]
  return m < k ? [...proofOf(m, left), rootOf(right)] : [...proofOf(m - k, right), rootOf(left)]
}

/** How many hashes the proof of leaf `index` of `size` has. */
export function proofLength(index: bigint, size: bigint): number {
  if (size === 1n) return 0
  const k = splitAt(size)
  return 1 + (index < k ? proofLength(index, k) : proofLength(index - k, size - k))
}

/** The root of a tree of `size` leaves, of which one is known and the rest only by the hashes of its proof. */
export function rootFrom(leaf: Buffer, index: bigint, size: bigint, proof: readonly Buffer[]): Buffer {
  if (size === 1n) return leaf
  const k = splitAt(size)
  const [rest, top] = [proof.slice(0, -1), proof.at(-1)!]
  return index < k
    ? nodeOf(rootFrom(leaf, index, k, rest), top)
    : nodeOf(top, rootFrom(leaf, index - k, size - k, rest))
}

/** ChaCha20 by OpenSSL. */
export function chacha20(key: Buffer, counter: number, nonce: Buffer, data: Uint8Array): Buffer {
  const iv = Buffer.alloc(16)
  iv.writeUInt32LE(counter)
  nonce.copy(iv, 4)
  return createCipheriv('chacha20', key, iv).update(data)
}

/** One cell of a delivery: segments of 2^26 cells, 64 blocks to a cell. */
export function cipherCell(key: Buffer, cell: bigint, data: Uint8Array): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32LE(Number(cell >> 26n))
  return chacha20(key, Number((cell & (2n ** 26n - 1n)) * 64n), nonce, data)
}
