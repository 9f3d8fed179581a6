import { randomInt } from 'node:crypto'
import type { Readable } from 'node:stream'
import { BlobDamagedError, BucketUnavailableError } from './blob-errors.js'

const PAUSE_MS = 100
const PAUSE_MAX_MS = 10_000

/** What `readRange` takes. */
export interface ReadRangeParams {
  bucket: string
  key: string
  start: number
  end: number
  timeoutMs: number
  /** In a row without a byte. */
  maxAttempts: number
  /** Asks for bytes `from` to before `end`. */
  get: (from: number) => Promise<Readable>
}

/**
 * The bytes of a range. A connection that breaks, ends early or falls silent is made again from where it stopped; who reads
 * sees exactly the range, or a typed error.
 */
export async function* readRange(params: ReadRangeParams): AsyncGenerator<Uint8Array, void, undefined> {
  const { bucket, key, start, end, maxAttempts, get } = params
  let offset = start
  let failures = 0
  while (offset < end) {
    const before = offset
    let cause: unknown
    const body = await get(offset)
    try {
      for await (const chunk of withTimeout(body, params.timeoutMs)) {
        if (offset + chunk.length > end) throw new BlobDamagedError(key, end, offset + chunk.length)
        offset += chunk.length
        yield chunk
      }
    } catch (error) {
      if (error instanceof BlobDamagedError) throw error
      cause = error
    } finally {
      body.destroy()
    }
    if (offset === end) return
    failures = offset > before ? 1 : failures + 1
    if (failures >= maxAttempts) throw new BucketUnavailableError(bucket, 'a read', 'it ended early', cause)
    await pause(failures)
  }
}

/** A stream whose every silence is limited; the time that its reader takes does not count. */
async function* withTimeout(body: Readable, timeoutMs: number): AsyncGenerator<Buffer, void, undefined> {
  const iterator = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  for (;;) {
    const timer = setTimeout(() => body.destroy(new Error('silence')), timeoutMs)
    try {
      const next = await iterator.next()
      if (next.done === true) return
      clearTimeout(timer)
      yield next.value
    } finally {
      clearTimeout(timer)
    }
  }
}

/** Longer after every failure, and never as long as that of somebody else. */
function pause(failures: number): Promise<void> {
  const longest = Math.min(PAUSE_MAX_MS, PAUSE_MS * 2 ** failures)
  return new Promise((resolve) => setTimeout(resolve, randomInt(Math.ceil(longest / 2), longest)))
}
