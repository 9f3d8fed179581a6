import { randomBytes } from 'node:crypto'
import { BLIND_SECRET_BYTES } from '../blinds.js'
import type { ByteSource } from '../byte-stream.js'
import { ContentRangeError, HasherStateError } from '../content-errors.js'
import type { ContentDigest } from '../content-hasher.js'
import { toHex } from '../hex.js'
import { HASH_BYTES, MerkleTree } from '../merkle-tree.js'
import { RecipientSealingError, SealingMismatchError } from '../message-errors.js'
import { encryptionKeyOf, type Recipient } from '../recipient.js'
import type { SealedMessage } from '../sealed-message.js'
import { newSessionKey, wrapSessionKey } from '../session-key.js'
import { SALT_BYTES, StoredLayout } from '../stored-layout.js'
import { AssetThreads } from './asset-threads.js'
import { BatchGatherer } from './batch-gatherer.js'
import { type AssetWork, BATCH_BYTES, BATCH_CELLS } from './batch-work.js'
import { nodeSha256 } from './node-sha256.js'
import { inlineBench, pooledBench } from './sealing-bench.js'
import { type SealedBatch, SealingLine } from './sealing-line.js'

/** What `AssetSealer.seal` takes. */
export interface SealAssetParams {
  /** Whose key keeps the asset at rest; it must read SEIPDv2. */
  recipient: Recipient
  /** Exact size of the asset. */
  sizeBytes: number
  /** The asset's secret, 32 bytes (`randomBlindSecret`). */
  blindSecret: Uint8Array
  /** Gets the leaf hashes of the cells, many at once, in order; good until it returns. */
  onLeaves?: (leaves: Uint8Array) => void
}

/** What the sealer tells of an asset. A plain hash of it is not among it: it would be as much work again. */
export type SealedDigest = Pick<ContentDigest, 'contentRoot' | 'sizeBytes'>

/** An asset on its way into a store. */
export interface SealedAsset extends SealedMessage {
  /** What the asset is known by. Throws `HasherStateError` before `data` was read to its end. */
  digest(): SealedDigest
}

/** Smaller assets are not worth a thread. */
const INLINE_BYTES = 2 * BATCH_BYTES

/**
 * Hashes and encrypts assets to be stored, in threads of its own from a megabyte on: one SEIPDv2 AES-256-GCM data packet
 * whose layout follows from the size, so that `openAsset` enters it anywhere, and an OpenPGP message with its key packets.
 */
export class AssetSealer {
  readonly #threads: AssetThreads

  /** `threads`, if others use them, too; `close()` ends them for all. */
  constructor(threads = new AssetThreads()) {
    this.#threads = threads
  }

  /**
   * Seals an asset as its data is read; nothing is read from `source` before. A chunk of `data` is good until the next one
   * is asked for. Throws `EmptyAssetError`, `RecipientSealingError`, and reading `ContentRangeError` if the source has more or
   * less than `sizeBytes`.
   */
  async seal(source: ByteSource, params: SealAssetParams): Promise<SealedAsset> {
    const { recipient, sizeBytes, blindSecret } = params
    if (recipient.sealing !== 'seipd-v2') throw new RecipientSealingError(recipient.fingerprint)
    if (blindSecret.length !== BLIND_SECRET_BYTES) {
      throw new ContentRangeError('blind secret length', blindSecret.length, `${BLIND_SECRET_BYTES} bytes`)
    }
    // Checks the size before anything else happens.
    new StoredLayout(sizeBytes)
    const key = await encryptionKeyOf(recipient)
    const sessionKey = await newSessionKey(key, 'seipd-v2')
    if (sessionKey.openpgp.algorithm !== 'aes256') throw new SealingMismatchError('AES-256')
    const work = { sizeBytes, sessionKey: sessionKey.openpgp.data, salt: randomBytes(SALT_BYTES), blindSecret }
    const result: Partial<SealedDigest> = {}
    return {
      keyPackets: await wrapSessionKey(sessionKey, key),
      data: this.#run(source, work, params, result),
      digest: () => {
        if (result.contentRoot === undefined) throw new HasherStateError('unfinished')
        return result as SealedDigest
      },
    }
  }

  /** Ends the threads and what they are working on. */
  async close(): Promise<void> {
    await this.#threads.close()
  }

  /** The same as `close()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async *#run(
    source: ByteSource,
    work: AssetWork,
    { onLeaves }: SealAssetParams,
    result: Partial<SealedDigest>,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const bench = work.sizeBytes <= INLINE_BYTES ? inlineBench(work) : pooledBench(this.#threads.pool(), work)
    const tree = new MerkleTree(nodeSha256)
    const line = new SealingLine(bench, new BatchGatherer(source, work.sizeBytes, bench))
    try {
      for (let batch = await line.next(); batch !== undefined; batch = await line.next()) {
        appendLeaves(tree, batch)
        onLeaves?.(batch.leaves)
        yield batch.sealed
        line.release()
      }
      result.sizeBytes = work.sizeBytes
      result.contentRoot = toHex(tree.root())
    } finally {
      await line.close()
    }
  }
}

function appendLeaves(tree: MerkleTree, { leaves, root }: SealedBatch): void {
  if (root !== undefined) {
    tree.appendSubtree(root, BATCH_CELLS)
    return
  }
  for (let offset = 0; offset < leaves.length; offset += HASH_BYTES) {
    tree.append(leaves.slice(offset, offset + HASH_BYTES))
  }
}
