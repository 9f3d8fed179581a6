import { CELL_CONTENT_BYTES } from '../cell.js'
import { HASH_BYTES } from '../merkle-tree.js'
import type { BatchGatherer, GatheredBatch } from './batch-gatherer.js'
import { copyBytes } from './copy-bytes.js'
import type { SealingBench } from './sealing-bench.js'

/** Batches of one asset that are worked on, or done and not passed on yet. */
const BATCHES_MAX = 6

/** What came of a batch; good until `release`. */
export interface SealedBatch {
  /** Leaf hashes of its cells, packed. */
  leaves: Uint8Array
  /** Root over them, if they are a whole batch. */
  root: Uint8Array | undefined
  /** What is to be stored. */
  sealed: Uint8Array
}

interface Place {
  batch: GatheredBatch
  slot: number
  answer: ReturnType<SealingBench['work']>
}

/** Takes batches from their gatherer to the bench and gives what came of them, in order: receiving, working and passing on go on side by side. */
export class SealingLine {
  readonly #bench: SealingBench
  readonly #batches: BatchGatherer
  readonly #places: Place[] = []
  readonly #feeding: Promise<void>
  #isFed = false
  #isClosed = false
  #onAdded = () => {}
  #onReleased = () => {}

  constructor(bench: SealingBench, batches: BatchGatherer) {
    this.#bench = bench
    this.#batches = batches
    this.#feeding = this.#feed().finally(() => {
      this.#isFed = true
      this.#onAdded()
    })
    // `next` throws it; until then it is not unhandled.
    this.#feeding.catch(() => undefined)
  }

  /** The oldest batch, the same one until it is released; undefined after the last. Throws what gathering and working throw. */
  async next(): Promise<SealedBatch | undefined> {
    while (this.#places.length === 0) {
      if (this.#isFed) {
        await this.#feeding
        return undefined
      }
      await new Promise<void>((resolve) => {
        this.#onAdded = resolve
      })
    }
    const { batch, slot, answer } = this.#places[0]!
    const { root, sealedBytes } = await answer
    const { leaves, output } = this.#bench.slot(slot)
    const leavesBytes = Math.ceil(batch.bytes / CELL_CONTENT_BYTES) * HASH_BYTES
    return { root, leaves: leaves.subarray(0, leavesBytes), sealed: output.subarray(0, sealedBytes) }
  }

  /** Lets go of the batch that `next` gave. */
  release(): void {
    this.#bench.release(this.#places.shift()!.slot)
    this.#onReleased()
  }

  /** Ends receiving and what is under way. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#onReleased()
    await Promise.allSettled(this.#places.map(({ answer }) => answer))
    for (const { slot } of this.#places.splice(0)) this.#bench.release(slot)
    this.#bench.close()
    await this.#batches.close()
  }

  async #feed(): Promise<void> {
    for (;;) {
      const batch = await this.#batches.next()
      while (this.#places.length === BATCHES_MAX && !this.#isClosed) {
        await new Promise<void>((resolve) => {
          this.#onReleased = resolve
        })
      }
      if (batch === undefined || this.#isClosed) return
      const slot = batch.slot ?? (await this.#bench.acquire())
      if (this.#isClosed) {
        if (batch.slot === undefined) this.#bench.release(slot)
        return
      }
      this.#batches.take()
      copyInto(this.#bench.slot(slot).input, batch.pieces)
      const answer = this.#bench.work({ bytes: batch.bytes, firstCell: batch.firstCell, slot })
      // Whoever awaits it sees it; until then it is not unhandled.
      answer.catch(() => undefined)
      this.#places.push({ batch, slot, answer })
      this.#onAdded()
    }
  }
}

function copyInto(input: Uint8Array, pieces: readonly Uint8Array[]): void {
  let offset = 0
  for (const piece of pieces) {
    copyBytes(piece, input, offset)
    offset += piece.length
  }
}
