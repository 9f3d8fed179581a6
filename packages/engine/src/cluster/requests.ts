import { setTimeout as pause } from 'node:timers/promises'

/** How patient requests to a cluster are. */
export interface RequestParams {
  /** For one request; default: 10 seconds. */
  requestMs?: number
  /** Attempts at one request; default: 5. */
  attempts?: number
}

/** Default of `requestMs`. */
export const REQUEST_MS = 10_000
/** Of one answer. The list of all jobs of a large cluster is large; a description of an API has some megabytes, too. */
export const ANSWER_BYTES_MAX = 128 * 2 ** 20
const ATTEMPTS = 5
const FIRST_PAUSE_MS = 200
/** A server that wants more is not waited for any longer than this. */
const AFTER_MS_MAX = 30_000

/** Why there is no answer: an HTTP status that passes, and how long the server wants to be left alone. */
export class PassingStatus extends Error {
  readonly afterMs: number

  constructor(code: number, afterMs: number) {
    super(`HTTP ${code}`)
    this.afterMs = afterMs
  }
}

/** Tries again, each time after twice the pause, until there is an answer, no attempt is left, or the fault is for good. */
export async function tryAgain<T>(
  once: () => Promise<T>,
  { attempts = ATTEMPTS, isFinal }: { attempts: number | undefined; isFinal: (error: unknown) => boolean },
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await once()
    } catch (error) {
      if (isFinal(error) || attempt >= attempts) throw error
      const { cause } = error as { cause?: unknown }
      const afterMs = cause instanceof PassingStatus ? Math.min(cause.afterMs, AFTER_MS_MAX) : 0
      await pause(Math.max(afterMs, FIRST_PAUSE_MS * 2 ** (attempt - 1)))
    }
  }
}

/** The body of an answer as text; undefined if it has more than `ANSWER_BYTES_MAX`. */
export async function readAnswer(body: AsyncIterable<Uint8Array>): Promise<string | undefined> {
  const chunks: Uint8Array[] = []
  let received = 0
  for await (const chunk of body) {
    received += chunk.length
    if (received > ANSWER_BYTES_MAX) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
