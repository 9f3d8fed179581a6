import { CELL_BYTES } from './cell.js'
import { ContentRangeError } from './content-errors.js'
import { MerkleTree } from './merkle-tree.js'
import type { Sha256 } from './sha256.js'

/** RFC 9162 tree over cells, encrypted or not, that arrive in chunks of any size. Holds one cell and a hash per level. */
export class CellTree {
  readonly #sha256: Sha256
  readonly #tree: MerkleTree
  /** Leaf prefix 0x00, then the current cell. */
  readonly #leaf = new Uint8Array(1 + CELL_BYTES)
  #filledBytes = 0

  constructor(sha256: Sha256) {
    this.#sha256 = sha256
    this.#tree = new MerkleTree(sha256)
  }

  /** Number of whole cells so far. */
  get size(): number {
    return this.#tree.size
  }

  /** Takes the next bytes. */
  update(bytes: Uint8Array): void {
    for (let offset = 0; offset < bytes.length; ) {
      const part = bytes.subarray(offset, offset + CELL_BYTES - this.#filledBytes)
      this.#leaf.set(part, 1 + this.#filledBytes)
      this.#filledBytes += part.length
      offset += part.length
      if (this.#filledBytes < CELL_BYTES) continue
      this.#tree.append(this.#sha256.hash(this.#leaf))
      this.#filledBytes = 0
    }
  }

  /** Root over the cells so far. Throws `ContentRangeError` if the last one is torn. */
  root(): Uint8Array {
    if (this.#filledBytes > 0) throw new ContentRangeError('last cell length', this.#filledBytes, `${CELL_BYTES} bytes`)
    return this.#tree.root()
  }
}
