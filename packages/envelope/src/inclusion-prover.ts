import { ContentRangeError } from './content-errors.js'
import { MerkleTree } from './merkle-tree.js'
import { nobleSha256 } from './noble-sha256.js'
import type { Sha256 } from './sha256.js'
import { type LeafRange, siblingRanges } from './sibling-ranges.js'

/** What an `InclusionProver` takes. */
export interface InclusionProverParams {
  /** The leaf to prove, from 0. */
  index: number
  /** Number of leaves of the tree, below 2^53. */
  treeSize: number
  sha256?: Sha256
}

/** Makes the RFC 9162 inclusion proof of one leaf while all leaf hashes pass by, holding a hash for every level. */
export class InclusionProver {
  readonly #sha256: Sha256
  readonly #treeSize: number
  readonly #index: number
  /** From the leaf up. */
  readonly #siblings: readonly LeafRange[]
  readonly #roots = new Map<LeafRange, Uint8Array>()
  /** Ranges that have not passed by yet, the next one last. */
  readonly #ahead: LeafRange[]
  #tree: MerkleTree
  #leaf: Uint8Array | undefined
  #size = 0

  /** Throws `ContentRangeError` if the tree has no such leaf. */
  constructor({ index, treeSize, sha256 = nobleSha256 }: InclusionProverParams) {
    this.#sha256 = sha256
    this.#index = index
    this.#treeSize = treeSize
    this.#siblings = siblingRanges(index, treeSize)
    this.#ahead = [...this.#siblings].sort((one, other) => other.start - one.start)
    this.#tree = new MerkleTree(sha256)
  }

  /** Takes the hash of the next leaf. Throws `ContentRangeError` if there are more than the tree has. */
  append(leaf: Uint8Array): void {
    if (this.#size === this.#treeSize) {
      throw new ContentRangeError('leaf index', this.#size, `0 to ${this.#treeSize - 1}`)
    }
    const position = this.#size
    this.#size += 1
    if (position === this.#index) {
      this.#leaf = leaf.slice()
      return
    }
    this.#tree.append(leaf.slice())
    const range = this.#ahead.at(-1)!
    if (this.#size < range.end) return
    this.#roots.set(range, this.#tree.root())
    this.#ahead.pop()
    this.#tree = new MerkleTree(this.#sha256)
  }

  /** The proof, from the leaf up, and the leaf. Throws `ContentRangeError` unless all leaves have passed by. */
  finish(): { leaf: Uint8Array; proof: Uint8Array[] } {
    if (this.#size !== this.#treeSize) {
      throw new ContentRangeError('number of leaves', this.#size, `${this.#treeSize}`)
    }
    return { leaf: this.#leaf!, proof: this.#siblings.map((range) => this.#roots.get(range)!) }
  }
}
