import { CELL_BYTES } from './cell.js'
import { ContentRangeError } from './content-errors.js'
import type { Sha256 } from './sha256.js'

/** Size of a SHA-256 hash. */
export const HASH_BYTES = 32

const LEAF_PREFIX = 0x00
const NODE_PREFIX = 0x01
/** Of the usual leaf; a hash is done with its input when it returns. */
const cellLeaf = new Uint8Array(1 + CELL_BYTES)

/** RFC 9162 hash of a leaf: SHA-256(0x00 || bytes). */
export function leafHash(sha256: Sha256, bytes: Uint8Array): Uint8Array {
  const prefixed = bytes.length === CELL_BYTES ? cellLeaf : new Uint8Array(1 + bytes.length)
  prefixed[0] = LEAF_PREFIX
  prefixed.set(bytes, 1)
  return sha256.hash(prefixed)
}

/** RFC 9162 hash of an inner node: SHA-256(0x01 || left || right). */
export function nodeHash(sha256: Sha256, left: Uint8Array, right: Uint8Array): Uint8Array {
  const prefixed = new Uint8Array(1 + 2 * HASH_BYTES)
  prefixed[0] = NODE_PREFIX
  prefixed.set(left, 1)
  prefixed.set(right, 1 + HASH_BYTES)
  return sha256.hash(prefixed)
}

/** RFC 9162 Merkle Tree Hash over leaves that arrive in order, holding one hash per level. */
export class MerkleTree {
  readonly #sha256: Sha256
  /** Roots of the perfect subtrees so far, largest first: one for each bit set in `#size`. */
  readonly #roots: Uint8Array[] = []
  #size = 0

  constructor(sha256: Sha256) {
    this.#sha256 = sha256
  }

  /** Number of leaves. */
  get size(): number {
    return this.#size
  }

  /** Takes the hash of the next leaf. */
  append(leaf: Uint8Array): void {
    this.appendSubtree(leaf, 1)
  }

  /**
   * Takes the root over the next `leaves` leaves, a power of two. Throws `ContentRangeError` where the tree so far is not
   * made of whole subtrees of that size.
   */
  appendSubtree(root: Uint8Array, leaves: number): void {
    if (!Number.isInteger(Math.log2(leaves)) || this.#size % leaves !== 0) {
      throw new ContentRangeError('subtree size', leaves, `a power of two that divides ${this.#size}`)
    }
    let node = root
    // The two subtrees of a level become one of the next for every trailing one bit of the size.
    for (let rest = this.#size / leaves; rest % 2 === 1; rest = Math.floor(rest / 2)) {
      node = nodeHash(this.#sha256, this.#roots.pop()!, node)
    }
    this.#roots.push(node)
    this.#size += leaves
  }

  /** Root over the leaves so far; of no leaves it is the hash of nothing, as RFC 9162 has it. */
  root(): Uint8Array {
    const last = this.#roots.at(-1)
    if (last === undefined) return this.#sha256.hash(new Uint8Array())
    let root = last
    for (let i = this.#roots.length - 2; i >= 0; i--) root = nodeHash(this.#sha256, this.#roots[i]!, root)
    return root
  }
}
