import { AssetCipher } from './asset-cipher.js'
import { type AssetWork, BATCH_BYTES, BATCH_LEAVES_BYTES, type SealingResult, type SealingTask } from './batch-work.js'
import type { CellWork } from './cell-work.js'

/** One batch of an asset, which lies in a slot of the memory that all workers share. */
export interface SealingJob {
  asset: number
  slot: number
  bytes: number
  firstCell: number
  tasks: SealingTask[]
}

/** Cells to encrypt for a delivery. What is stored of them lies in a slot, and they come to lie in its output. */
export interface CellJob {
  slot: number
  encrypt: CellWork
}

export type AssetJob = SealingJob | CellJob
export type AssetRequest = { asset: number; open: AssetWork } | { asset: number; close: true } | AssetJob

/** What came of a job's tasks; the bytes are in the slot. */
export interface AssetAnswer extends SealingResult {
  slot: number
  /** What is stored was changed. */
  isTampered?: true
  error?: unknown
}

export interface Slot {
  /** A batch of plaintext, or what is stored of cells. */
  input: Uint8Array
  /** What it becomes. */
  output: Uint8Array
  /** Leaf hashes of the cells. */
  leaves: Uint8Array
}

const OUTPUT_BYTES = AssetCipher.roomFor(BATCH_BYTES)
export const SLOT_BYTES = BATCH_BYTES + OUTPUT_BYTES + BATCH_LEAVES_BYTES

export function slotOf(memory: SharedArrayBuffer | ArrayBuffer, slot: number): Slot {
  const start = slot * SLOT_BYTES
  return {
    input: new Uint8Array(memory, start, BATCH_BYTES),
    output: new Uint8Array(memory, start + BATCH_BYTES, OUTPUT_BYTES),
    leaves: new Uint8Array(memory, start + BATCH_BYTES + OUTPUT_BYTES, BATCH_LEAVES_BYTES),
  }
}
