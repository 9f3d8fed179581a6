import { randomBytes } from 'node:crypto'
import { BLIND_SECRET_BYTES } from '../blinds.js'
import type { ByteSource } from '../byte-stream.js'
import { CELL_CONTENT_BYTES } from '../cell.js'
import { ContentRangeError, HasherStateError } from '../content-errors.js'
import type { ContentDigest } from '../content-hasher.js'
import { toHex } from '../hex.js'
import { HASH_BYTES, MerkleTree } from '../merkle-tree.js'
import { RecipientSealingError, SealingMismatchError } from '../message-errors.js'
import { encryptionKeyOf, type Recipient } from '../recipient.js'
import type { SealedMessage } from '../sealed-message.js'
import { newSessionKey, wrapSessionKey } from '../session-key.js'
import { SALT_BYTES, StoredLayout } from '../stored-layout.js'
import { type AssetAnswer, SLOT_BYTES, type Slot, slotOf } from './asset-job.js'
import { AssetThreads } from './asset-threads.js'
import { type AssetWork, BATCH_BYTES, BATCH_CELLS, BatchWorker } from './batch-work.js'
import { copyBytes } from './copy-bytes.js'
import { nodeSha256 } from './node-sha256.js'

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
/** Batches of one asset that are worked on at once. */
const BATCHES_AHEAD = 6

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
    const bench = work.sizeBytes <= INLINE_BYTES ? inlineBench(work) : this.#pooledBench(work)
    const tree = new MerkleTree(nodeSha256)
    const ahead: { batch: Batch; slot: number; answer: Promise<AssetAnswer> }[] = []
    async function* passOn() {
      const { batch, slot, answer } = ahead[0]!
      const { root, sealedBytes } = await answer
      const { leaves, output } = bench.slot(slot)
      const packed = leaves.subarray(0, Math.ceil(batch.bytes / CELL_CONTENT_BYTES) * HASH_BYTES)
      appendLeaves(tree, packed, root)
      onLeaves?.(packed)
      yield output.subarray(0, sealedBytes)
      ahead.shift()
      bench.release(slot)
    }
    const batches = new Prefetched(batchesOf(source, work.sizeBytes))
    try {
      for (;;) {
        // What is done leaves its slot, however long the source takes for more.
        const batch = await Promise.race([
          batches.next(),
          ...ahead.slice(0, 1).map(({ answer }) => answer.then(() => null)),
        ])
        if (batch === undefined) break
        const slot = batch === null || ahead.length === BATCHES_AHEAD ? undefined : bench.acquireNow()
        if (batch === null || (slot === undefined && ahead.length > 0)) {
          yield* passOn()
          continue
        }
        const taken = slot ?? (await bench.acquire())
        batches.take()
        copyInto(bench.slot(taken).input, batch.pieces)
        const answer = bench.work({ ...batch, slot: taken })
        // Whoever awaits it sees it; until then it is not unhandled.
        answer.catch(() => undefined)
        ahead.push({ batch, slot: taken, answer })
      }
      while (ahead.length > 0) yield* passOn()
      result.sizeBytes = work.sizeBytes
      result.contentRoot = toHex(tree.root())
    } finally {
      await Promise.allSettled(ahead.map(({ answer }) => answer))
      for (const { slot } of ahead) bench.release(slot)
      bench.close()
      await batches.close()
    }
  }

  #pooledBench(work: AssetWork): Bench {
    const pool = this.#threads.pool()
    const asset = pool.open(work)
    return {
      slot: (slot) => pool.slot(slot),
      acquireNow: () => pool.acquireNow(),
      acquire: () => pool.acquire(),
      release: (slot) => pool.release(slot),
      work: (batch) => asset.work(batch),
      close: () => asset.close(),
    }
  }
}

/** Where the batches of one asset are worked on. */
interface Bench {
  /** A slot if one is free. */
  acquireNow(): number | undefined
  acquire(): Promise<number>
  slot(slot: number): Slot
  work(batch: Omit<Batch, 'pieces'> & { slot: number }): Promise<AssetAnswer>
  release(slot: number): void
  close(): void
}

/** Works in this thread, one batch at a time and each at once. */
function inlineBench(work: AssetWork): Bench {
  const worker = new BatchWorker(work)
  const memory: Slot[] = []
  const acquireNow = () => memory.push(slotOf(new ArrayBuffer(SLOT_BYTES), 0)) - 1
  return {
    acquireNow,
    acquire: async () => acquireNow(),
    slot: (slot) => memory[slot]!,
    release: () => undefined,
    close: () => undefined,
    async work({ slot, bytes, firstCell }) {
      const { input, output, leaves } = memory[slot]!
      return {
        slot,
        ...worker.run({ tasks: ['seal', 'leaves'], input: input.subarray(0, bytes), firstCell, output, leaves }),
      }
    },
  }
}

/** A source whose next item is fetched while the one before is worked on. */
class Prefetched<T extends object> {
  readonly #source: AsyncGenerator<T, void, undefined>
  #next: Promise<T | undefined> | undefined
  #isPending = false

  constructor(source: AsyncGenerator<T, void, undefined>) {
    this.#source = source
  }

  /** The next item, the same one until it is taken; undefined at the end. */
  next(): Promise<T | undefined> {
    if (this.#next === undefined) {
      this.#isPending = true
      this.#next = this.#source
        .next()
        .then(({ value }) => value ?? undefined)
        .finally(() => {
          this.#isPending = false
        })
      this.#next.catch(() => undefined)
    }
    return this.#next
  }

  take(): void {
    this.#next = undefined
    void this.next()
  }

  /** Closes the source; one that is being waited for closes when it can. */
  async close(): Promise<void> {
    const closing = this.#source.return()
    if (this.#isPending) closing.catch(() => undefined)
    else await closing
  }
}

interface Batch {
  pieces: readonly Uint8Array[]
  bytes: number
  firstCell: number
}

/** Gathers what arrives, without copying it, into batches of whole cells. */
async function* batchesOf(source: ByteSource, sizeBytes: number): AsyncGenerator<Batch, void, undefined> {
  let seenBytes = 0
  let pieces: Uint8Array[] = []
  let bytes = 0
  const gathered = (): Batch => {
    const batch = { pieces, bytes, firstCell: (seenBytes - bytes) / CELL_CONTENT_BYTES }
    pieces = []
    bytes = 0
    return batch
  }
  for await (const chunk of source) {
    if (seenBytes + chunk.length > sizeBytes) throw wrongSize(seenBytes + chunk.length, sizeBytes)
    for (let done = 0; done < chunk.length; ) {
      const piece = chunk.subarray(done, done + BATCH_BYTES - bytes)
      pieces.push(piece)
      done += piece.length
      bytes += piece.length
      seenBytes += piece.length
      if (bytes === BATCH_BYTES) yield gathered()
    }
  }
  if (seenBytes < sizeBytes) throw wrongSize(seenBytes, sizeBytes)
  if (bytes > 0) yield gathered()
}

function wrongSize(foundBytes: number, sizeBytes: number): ContentRangeError {
  return new ContentRangeError('asset', foundBytes, `${sizeBytes} bytes`)
}

function copyInto(input: Uint8Array, pieces: readonly Uint8Array[]): void {
  let offset = 0
  for (const piece of pieces) {
    copyBytes(piece, input, offset)
    offset += piece.length
  }
}

function appendLeaves(tree: MerkleTree, packed: Uint8Array, root: Uint8Array | undefined): void {
  if (root !== undefined) {
    tree.appendSubtree(root, BATCH_CELLS)
    return
  }
  for (let offset = 0; offset < packed.length; offset += HASH_BYTES) {
    tree.append(packed.slice(offset, offset + HASH_BYTES))
  }
}
