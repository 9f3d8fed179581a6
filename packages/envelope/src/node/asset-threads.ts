import { AssetPool } from './asset-pool.js'

/** Threads that work on assets, started when there is something to do; several ports share them. */
export class AssetThreads {
  #pool: AssetPool | undefined

  /** A pool that works: another one once a thread of the last has failed. */
  pool(): AssetPool {
    if (this.#pool?.isWorking !== true) this.#pool = new AssetPool()
    return this.#pool
  }

  /** Ends the threads and what they are working on. */
  async close(): Promise<void> {
    await this.#pool?.close()
  }

  /** The same as `close()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
