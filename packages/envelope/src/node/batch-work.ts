import { BLIND_BYTES, CELL_CONTENT_BYTES } from '../cell.js'
import { HASH_BYTES } from '../merkle-tree.js'
import { StoredLayout } from '../stored-layout.js'
import { AssetCipher } from './asset-cipher.js'
import { CellHasher } from './cell-hasher.js'
import { copyPart } from './copy-bytes.js'
import { deriveBlinds } from './derive-blinds.js'

/** Cells that are worked on together; a power of two, so that their leaves have a root of their own in the tree. */
export const BATCH_CELLS = 256
export const BATCH_BYTES = BATCH_CELLS * CELL_CONTENT_BYTES
export const BATCH_LEAVES_BYTES = BATCH_CELLS * HASH_BYTES

/** What is needed to work on an asset: plain data, so that it can be sent to a worker. */
export interface AssetWork {
  sizeBytes: number
  sessionKey: Uint8Array
  salt: Uint8Array
  blindSecret: Uint8Array
}

/** The kinds of work on an asset: `seal` takes its batches in order, `leaves` in any. */
export type SealingTask = 'seal' | 'leaves'

/** One batch and where what comes of it goes. */
export interface SealingBatch {
  tasks: readonly SealingTask[]
  input: Uint8Array
  /** Number of its first cell. */
  firstCell: number
  output: Uint8Array
  leaves: Uint8Array
}

/** What came of the tasks that a batch was given. */
export interface SealingResult {
  /** Size of what was written to `output`. */
  sealedBytes?: number
  /** Over the leaves, if they are a whole batch. */
  root?: Uint8Array | undefined
}

/** All tasks see so many cells before the next: they are still in the cache of the processor then. */
const PIECE_CELLS = 16
const PIECE_BYTES = PIECE_CELLS * CELL_CONTENT_BYTES

/** Works on the batches of one asset. */
export class BatchWorker {
  readonly #work: AssetWork
  readonly #cipher: AssetCipher
  readonly #hasher = new CellHasher()

  constructor(work: AssetWork) {
    this.#work = work
    const { sessionKey, salt } = work
    this.#cipher = new AssetCipher({ layout: new StoredLayout(work.sizeBytes), sessionKey, salt })
  }

  run({ tasks, input, firstCell, output, leaves }: SealingBatch): SealingResult {
    const count = Math.ceil(input.length / CELL_CONTENT_BYTES)
    const packed = Buffer.from(leaves.buffer, leaves.byteOffset, count * HASH_BYTES)
    const blinds = tasks.includes('leaves') ? deriveBlinds(this.#work.blindSecret, firstCell, count) : undefined
    let sealedBytes = 0
    for (let done = 0; done < input.length; done += PIECE_BYTES) {
      const end = Math.min(done + PIECE_BYTES, input.length)
      if (tasks.includes('seal'))
        sealedBytes += this.#cipher.write(input.subarray(done, end), output.subarray(sealedBytes))
      if (blinds !== undefined) this.#writeLeaves(input, done, end, blinds, packed)
    }
    return {
      ...(tasks.includes('seal') ? { sealedBytes } : {}),
      ...(blinds !== undefined && count === BATCH_CELLS ? { root: this.#hasher.rootOf(packed, count) } : {}),
    }
  }

  /** Those of the cells from byte `start` to before `end` of the input. */
  #writeLeaves(input: Uint8Array, start: number, end: number, blinds: Uint8Array, packed: Buffer): void {
    const { cell } = this.#hasher
    for (let from = start, i = start / CELL_CONTENT_BYTES; from < end; from += CELL_CONTENT_BYTES, i++) {
      const bytes = Math.min(CELL_CONTENT_BYTES, end - from)
      copyPart(blinds, i * BLIND_BYTES, (i + 1) * BLIND_BYTES, cell, 0)
      copyPart(input, from, from + bytes, cell, BLIND_BYTES)
      if (bytes < CELL_CONTENT_BYTES) cell.fill(0, BLIND_BYTES + bytes)
      this.#hasher.write(packed, i)
    }
  }
}
