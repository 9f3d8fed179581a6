import type { BlobReading, BlobStore } from '@gristmill/storage'

/** More than what is read of an asset to find its key. */
const HEAD_BYTES = 1_024

/** A store whose readings of assets are counted and can be held up; all else is the store's own. */
export class WatchedBlobs {
  /** Of more than the head of an asset, since the start. */
  passes = 0
  /** Most of them at once. */
  atOnce = 0
  /** Given out by them. */
  chunks = 0
  /** Keys of assets, in the order in which they were stored. */
  readonly assets: string[] = []
  /** Thrown instead of reading, by key. */
  readonly faults = new Map<string, Error>()
  readonly store: BlobStore
  #underWay = 0
  #gate: Promise<void> | undefined
  #reached: () => void = () => undefined

  constructor(blobs: BlobStore) {
    this.store = {
      put: (key, source, params) => {
        if (key.startsWith('assets/')) this.assets.push(key)
        return blobs.put(key, source, params)
      },
      open: async (key, range) => {
        const fault = this.faults.get(key)
        if (fault !== undefined) throw fault
        const reading = await blobs.open(key, range)
        const isPass = key.startsWith('assets/') && reading.end - reading.start > HEAD_BYTES
        return isPass ? this.#watch(reading) : reading
      },
      stat: (key) => blobs.stat(key),
      delete: (key) => blobs.delete(key),
      list: (prefix, params) => blobs.list(prefix, params),
      clearAbandoned: (startedBefore) => blobs.clearAbandoned(startedBefore),
      close: () => blobs.close(),
      [Symbol.asyncDispose]: () => blobs.close(),
    }
  }

  /** From now on a reading of an asset waits after its first chunk: `reached` is when one does, `release` lets all go on. */
  hold(): { reached: Promise<void>; release: () => void } {
    let release: () => void = () => undefined
    this.#gate = new Promise((resolve) => {
      release = resolve
    })
    const reached = new Promise<void>((resolve) => {
      this.#reached = resolve
    })
    return {
      reached,
      release: () => {
        this.#gate = undefined
        release()
      },
    }
  }

  #watch(reading: BlobReading): BlobReading {
    this.passes += 1
    const { sizeBytes, start, end } = reading
    return { sizeBytes, start, end, [Symbol.asyncIterator]: () => this.#chunksOf(reading) }
  }

  async *#chunksOf(reading: BlobReading): AsyncGenerator<Uint8Array, void, undefined> {
    this.#underWay += 1
    this.atOnce = Math.max(this.atOnce, this.#underWay)
    try {
      for await (const chunk of reading) {
        this.chunks += 1
        yield chunk
        this.#reached()
        await this.#gate
      }
    } finally {
      this.#underWay -= 1
    }
  }
}
