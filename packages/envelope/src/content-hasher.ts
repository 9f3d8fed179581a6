import type { Hex } from '@gristmill/protocol'
import { type Blinds, blindsOf } from './blinds.js'
import { BLIND_BYTES, CELL_BYTES, CELL_CONTENT_BYTES } from './cell.js'
import { ContentRangeError, EmptyAssetError, HasherStateError } from './content-errors.js'
import { toHex } from './hex.js'
import { MerkleTree } from './merkle-tree.js'
import { nobleSha256 } from './noble-sha256.js'
import type { Sha256, Sha256Stream } from './sha256.js'

/** What an asset is known by. */
export interface ContentDigest {
  /** RFC 9162 root over the asset's cells. */
  contentRoot: Hex
  sizeBytes: number
  /** Plain SHA-256 of the asset's bytes; public only if the maker wants it. */
  sha256: Hex
}

/** What `ContentHasher.create` takes. */
export interface ContentHasherParams {
  /** The asset's secret, 32 bytes (`randomBlindSecret`). */
  blindSecret: Uint8Array
  /** `nodeSha256` where node:crypto exists; `nobleSha256` otherwise. */
  sha256?: Sha256
  /** Gets every cell's leaf hash in order, for spot checks and inclusion proofs. */
  onLeaf?: (leaf: Uint8Array) => void
}

/** Blinds are derived for this many cells at once (4 MiB of content), to spread the cost of a WebCrypto call. */
const BLIND_BATCH_CELLS = 1024
const CONTENT_OFFSET = 1 + BLIND_BYTES

/** Hashes an asset that arrives in chunks of any size; holds one cell and one hash per tree level. */
export class ContentHasher {
  readonly #blinds: Blinds
  readonly #sha256: Sha256
  readonly #onLeaf: ((leaf: Uint8Array) => void) | undefined
  readonly #whole: Sha256Stream
  readonly #tree: MerkleTree
  /** Leaf prefix 0x00, then the current cell. */
  readonly #leaf = new Uint8Array(1 + CELL_BYTES)
  #batch: Uint8Array = new Uint8Array()
  #filledBytes = 0
  #sizeBytes = 0
  #state: 'ready' | 'busy' | 'finished' = 'ready'

  private constructor(blinds: Blinds, params: ContentHasherParams) {
    this.#blinds = blinds
    this.#sha256 = params.sha256 ?? nobleSha256
    this.#onLeaf = params.onLeaf
    this.#whole = this.#sha256.create()
    this.#tree = new MerkleTree(this.#sha256)
  }

  /** Starts the hash of one asset. Throws `ContentRangeError` unless the secret has 32 bytes. */
  static async create(params: ContentHasherParams): Promise<ContentHasher> {
    return new ContentHasher(await blindsOf(params.blindSecret), params)
  }

  /** Takes the next bytes of the asset. Await it before the next call. */
  async update(chunk: Uint8Array): Promise<void> {
    this.#enter()
    if (this.#sizeBytes + chunk.length > Number.MAX_SAFE_INTEGER) {
      throw new ContentRangeError('sizeBytes', this.#sizeBytes + chunk.length, 'less than 2^53')
    }
    this.#whole.update(chunk)
    this.#sizeBytes += chunk.length
    for (let offset = 0; offset < chunk.length; ) {
      const part = chunk.subarray(offset, offset + CELL_CONTENT_BYTES - this.#filledBytes)
      this.#leaf.set(part, CONTENT_OFFSET + this.#filledBytes)
      this.#filledBytes += part.length
      offset += part.length
      if (this.#filledBytes < CELL_CONTENT_BYTES) break
      if (this.#tree.size % BLIND_BATCH_CELLS === 0) await this.#deriveBlinds()
      this.#closeCell()
    }
    this.#state = 'ready'
  }

  /** Ends the asset. Throws `EmptyAssetError` if it had no bytes. */
  async digest(): Promise<ContentDigest> {
    this.#enter()
    if (this.#sizeBytes === 0) throw new EmptyAssetError()
    if (this.#filledBytes > 0) {
      this.#leaf.fill(0, CONTENT_OFFSET + this.#filledBytes)
      if (this.#tree.size % BLIND_BATCH_CELLS === 0) await this.#deriveBlinds()
      this.#closeCell()
    }
    this.#state = 'finished'
    return {
      contentRoot: toHex(this.#tree.root()),
      sizeBytes: this.#sizeBytes,
      sha256: toHex(this.#whole.digest()),
    }
  }

  #enter(): void {
    if (this.#state !== 'ready') throw new HasherStateError(this.#state)
    this.#state = 'busy'
  }

  async #deriveBlinds(): Promise<void> {
    this.#batch = await this.#blinds.derive(this.#tree.size, BLIND_BATCH_CELLS)
  }

  #closeCell(): void {
    const offset = (this.#tree.size % BLIND_BATCH_CELLS) * BLIND_BYTES
    this.#leaf.set(this.#batch.subarray(offset, offset + BLIND_BYTES), 1)
    const leaf = this.#sha256.hash(this.#leaf)
    this.#tree.append(leaf)
    this.#onLeaf?.(leaf)
    this.#filledBytes = 0
  }
}
