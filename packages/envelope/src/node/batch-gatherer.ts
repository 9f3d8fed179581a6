import type { ByteSource } from '../byte-stream.js'
import { CELL_CONTENT_BYTES } from '../cell.js'
import { ContentRangeError } from '../content-errors.js'
import type { Slot } from './asset-job.js'
import { BATCH_BYTES } from './batch-work.js'
import { copyBytes } from './copy-bytes.js'

/** Slots that batches may be gathered in. */
export interface GatheringSlots {
  /** A slot that may be kept for as long as a source takes to fill it, if there are enough for that. */
  acquireSpare(): number | undefined
  slot(slot: number): Slot
  release(slot: number): void
}

/** The bytes of some cells, as they arrived. */
export interface GatheredBatch {
  bytes: number
  firstCell: number
  /** Whose input they are in already, if there was one to spare. */
  slot: number | undefined
  /** Where they are otherwise. */
  pieces: Uint8Array[]
}

/**
 * Gathers what arrives of an asset into batches of whole cells, the next one while those before are worked on. What arrives is
 * copied at once if there is a slot to spare: it is still in the cache of the processor then. As slow sources are not to take the
 * slots of others, it is kept as it came otherwise, and copied when all of a batch is there.
 */
export class BatchGatherer {
  readonly #batches: AsyncGenerator<GatheredBatch, void, undefined>
  readonly #slots: GatheringSlots
  #next: Promise<GatheredBatch | undefined> | undefined
  /** Being gathered, or not taken yet. */
  #held: GatheredBatch | undefined
  #isPending = false
  #isClosed = false

  constructor(source: ByteSource, sizeBytes: number, slots: GatheringSlots) {
    this.#slots = slots
    this.#batches = this.#gather(source, sizeBytes)
  }

  /** The next batch, the same one until it is taken; undefined at the end. Rejects with `ContentRangeError` on a wrong size. */
  next(): Promise<GatheredBatch | undefined> {
    if (this.#next === undefined) {
      this.#isPending = true
      this.#next = this.#batches
        .next()
        .then(({ value }) => value ?? undefined)
        .finally(() => {
          this.#isPending = false
        })
      this.#next.catch(() => undefined)
    }
    return this.#next
  }

  /** Takes the batch that `next` gave, its slot with it. */
  take(): void {
    this.#held = undefined
    this.#next = undefined
    void this.next()
  }

  /** Lets go of what was not taken, and closes the source; one that is being waited for closes when it can. */
  async close(): Promise<void> {
    this.#isClosed = true
    if (this.#held?.slot !== undefined) this.#slots.release(this.#held.slot)
    this.#held = undefined
    const closing = this.#batches.return()
    if (this.#isPending) closing.catch(() => undefined)
    else await closing
  }

  async *#gather(source: ByteSource, sizeBytes: number): AsyncGenerator<GatheredBatch, void, undefined> {
    let seenBytes = 0
    let batch: GatheredBatch | undefined
    for await (const chunk of source) {
      if (this.#isClosed) return
      if (seenBytes + chunk.length > sizeBytes) throw wrongSize(seenBytes + chunk.length, sizeBytes)
      for (let done = 0; done < chunk.length; ) {
        batch ??= this.#begin(seenBytes)
        const piece = chunk.subarray(done, done + BATCH_BYTES - batch.bytes)
        if (batch.slot === undefined) batch.pieces.push(piece)
        else copyBytes(piece, this.#slots.slot(batch.slot).input, batch.bytes)
        batch.bytes += piece.length
        done += piece.length
        seenBytes += piece.length
        if (batch.bytes < BATCH_BYTES) continue
        yield batch
        batch = undefined
      }
    }
    if (seenBytes < sizeBytes) throw wrongSize(seenBytes, sizeBytes)
    if (batch !== undefined) yield batch
  }

  #begin(seenBytes: number): GatheredBatch {
    const slot = this.#slots.acquireSpare()
    this.#held = { bytes: 0, firstCell: seenBytes / CELL_CONTENT_BYTES, slot, pieces: [] }
    return this.#held
  }
}

function wrongSize(foundBytes: number, sizeBytes: number): ContentRangeError {
  return new ContentRangeError('asset', foundBytes, `${sizeBytes} bytes`)
}
