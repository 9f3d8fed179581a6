import { type AssetAnswer, SLOT_BYTES, type Slot, slotOf } from './asset-job.js'
import type { AssetPool } from './asset-pool.js'
import type { GatheringSlots } from './batch-gatherer.js'
import { type AssetWork, BatchWorker } from './batch-work.js'

/** Where the batches of one asset are worked on. */
export interface SealingBench extends GatheringSlots {
  /** A slot, when there is one. */
  acquire(): Promise<number>
  /** Hashes and encrypts the batch whose input is in a slot; batches come in order. */
  work(batch: { bytes: number; firstCell: number; slot: number }): Promise<AssetAnswer>
  /** Forgets the asset, once nothing of it is under way. */
  close(): void
}

/** Works in the threads of a pool. */
export function pooledBench(pool: AssetPool, work: AssetWork): SealingBench {
  const asset = pool.open(work)
  return {
    slot: (slot) => pool.slot(slot),
    acquireSpare: () => pool.acquireSpare(),
    acquire: () => pool.acquire(),
    release: (slot) => pool.release(slot),
    work: (batch) => asset.work(batch),
    close: () => asset.close(),
  }
}

/** Works in this thread, one batch at a time and each at once. */
export function inlineBench(work: AssetWork): SealingBench {
  const worker = new BatchWorker(work)
  const memory: Slot[] = []
  const acquireSpare = () => memory.push(slotOf(new ArrayBuffer(SLOT_BYTES), 0)) - 1
  return {
    acquireSpare,
    acquire: async () => acquireSpare(),
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
