import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { TamperedMessageError } from '../message-errors.js'
import { type AssetAnswer, type AssetJob, SLOT_BYTES, type Slot, slotOf } from './asset-job.js'
import type { AssetWork, SealingTask } from './batch-work.js'
import type { CellWork } from './cell-work.js'

const WORKERS_MAX = 8
/** 25 MiB; what is never used takes no memory. */
const SLOTS = 12

/** What the cipher gave and was copied is young: looked for often, it does not pile up. */
const YOUNG_MIB = 2

/** How long the tasks of a batch take, as parts of each other. */
const COSTS: Record<SealingTask, number> = { seal: 2, leaves: 4 }
const CELLS_COST = 5

interface Thread {
  worker: Worker
  /** Of the tasks it was given and has not answered. */
  cost: number
}

interface Batch {
  left: number
  threads: { thread: Thread; cost: number }[]
  answer: AssetAnswer
  resolve: (answer: AssetAnswer) => void
  reject: (error: unknown) => void
}

/** Worker threads over one shared memory, in slots. It is of no more use once a thread has failed. */
export class AssetPool {
  readonly #memory = new SharedArrayBuffer(SLOTS * SLOT_BYTES)
  readonly #free = Array.from({ length: SLOTS }, (_, slot) => SLOTS - 1 - slot)
  readonly #waiting: ((slot: number) => void)[] = []
  readonly #batches = new Map<number, Batch>()
  readonly #threads: readonly Thread[]
  #assets = 0
  #failure: unknown

  constructor() {
    // One core is the caller's, who receives and writes.
    const count = Math.min(WORKERS_MAX, Math.max(1, availableParallelism() - 1))
    this.#threads = Array.from({ length: count }, () => this.#start())
  }

  /** False once a thread has failed, or the pool was closed. */
  get isWorking(): boolean {
    return this.#failure === undefined
  }

  /** Tells all threads about an asset. Its cipher stays with one of them, as it takes batches in order. */
  open(work: AssetWork): PooledAsset {
    const asset = this.#assets++
    const threads = this.#threads
    for (const { worker } of threads) worker.postMessage({ asset, open: work })
    return {
      work: ({ slot, bytes, firstCell }) => {
        const tasks = new Map<Thread, SealingTask[]>()
        const give = (thread: Thread, ...more: SealingTask[]) => {
          tasks.set(thread, [...(tasks.get(thread) ?? []), ...more])
        }
        give(threads[asset % threads.length]!, 'seal')
        give(this.#leastBusy(), 'leaves')
        return this.#run(
          slot,
          [...tasks].map(([thread, list]) => ({
            thread,
            cost: list.reduce((sum, task) => sum + COSTS[task], 0),
            job: { asset, slot, bytes, firstCell, tasks: list },
          })),
        )
      },
      close: () => {
        for (const { worker } of threads) worker.postMessage({ asset, close: true })
      },
    }
  }

  /** Encrypts the cells whose records are in a slot. Rejects with `TamperedMessageError` if these were changed. */
  encrypt(slot: number, work: CellWork): Promise<AssetAnswer> {
    return this.#run(slot, [{ thread: this.#leastBusy(), cost: CELLS_COST, job: { slot, encrypt: work } }])
  }

  /** A slot for whoever may keep it long, if more than half of them are free: those who are done soon share the others. */
  acquireSpare(): number | undefined {
    return this.#free.length > SLOTS / 2 ? this.#free.pop() : undefined
  }

  /** A slot that nobody else has, when there is one: who asks first gets one first. */
  acquire(): Promise<number> {
    const slot = this.#free.pop()
    return slot === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(slot)
  }

  release(slot: number): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#free.push(slot)
    else next(slot)
  }

  slot(slot: number): Slot {
    return slotOf(this.#memory, slot)
  }

  async close(): Promise<void> {
    this.#fail(new Error('the threads were closed'))
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()))
  }

  #leastBusy(): Thread {
    return this.#threads.reduce((least, thread) => (thread.cost < least.cost ? thread : least))
  }

  #run(slot: number, parts: { thread: Thread; cost: number; job: AssetJob }[]): Promise<AssetAnswer> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    return new Promise((resolve, reject) => {
      this.#batches.set(slot, { left: parts.length, threads: parts, answer: { slot }, resolve, reject })
      for (const { thread, cost, job } of parts) {
        thread.cost += cost
        thread.worker.ref()
        thread.worker.postMessage(job)
      }
    })
  }

  #start(): Thread {
    const worker = new Worker(new URL('./asset-worker.js', import.meta.url), {
      workerData: this.#memory,
      env: {},
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB },
    })
    const thread: Thread = { worker, cost: 0 }
    worker.on('message', (answer: AssetAnswer) => this.#take(thread, answer))
    worker.on('error', (error) => this.#fail(error))
    worker.unref()
    return thread
  }

  #take(thread: Thread, { error, ...answer }: AssetAnswer): void {
    const batch = this.#batches.get(answer.slot)
    if (batch === undefined) return
    thread.cost -= batch.threads.find((part) => part.thread === thread)?.cost ?? 0
    if (thread.cost === 0) thread.worker.unref()
    Object.assign(batch.answer, answer)
    if (error !== undefined) batch.answer.error = error
    else if (answer.isTampered) batch.answer.error = new TamperedMessageError()
    batch.left -= 1
    if (batch.left > 0) return
    this.#batches.delete(answer.slot)
    if (batch.answer.error === undefined) batch.resolve(batch.answer)
    else batch.reject(batch.answer.error)
  }

  #fail(error: unknown): void {
    this.#failure ??= error
    const batches = [...this.#batches.values()]
    this.#batches.clear()
    for (const { worker } of this.#threads) void worker.terminate()
    for (const { reject } of batches) reject(this.#failure)
  }
}

export interface PooledAsset {
  /** Hashes and encrypts the batch in a slot; batches come in order. */
  work(batch: { slot: number; bytes: number; firstCell: number }): Promise<AssetAnswer>
  /** Forgets the asset, once nothing of it is under way. */
  close(): void
}
