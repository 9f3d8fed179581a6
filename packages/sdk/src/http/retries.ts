import { randomBytes } from 'ethers'
import { DatatrustError, DatatrustTimeoutError, DatatrustUnreachableError } from '../errors/datatrust-errors.js'

/** How long a transfer that breaks off is taken up again. */
export interface RetryPolicy {
  /** Failures in a row after which a transfer is given up. */
  maxFailures: number
  /** Wait after the first failure, ms; it doubles with every further one. A random part of it, up to half, is left out. */
  firstDelayMs: number
  /** Longest wait, ms. */
  maxDelayMs: number
}

/** Waits half a minute in all, longer than a datatrust takes to start again. */
export const DEFAULT_RETRY: RetryPolicy = { maxFailures: 8, firstDelayMs: 500, maxDelayMs: 15_000 }

/** Failures of one transfer in a row. */
export class Retries {
  readonly #policy: RetryPolicy
  #failures = 0

  constructor(policy: RetryPolicy) {
    this.#policy = policy
  }

  /** Something was achieved: count anew. */
  restart(): void {
    this.#failures = 0
  }

  /** Waits before the next try; false, at once, if there is to be none. */
  async again(error: unknown): Promise<boolean> {
    const { maxFailures, firstDelayMs, maxDelayMs } = this.#policy
    this.#failures += 1
    if (!isTransient(error) || this.#failures >= maxFailures) return false
    const delayMs = Math.min(maxDelayMs, firstDelayMs * 2 ** (this.#failures - 1))
    await new Promise((resolve) => setTimeout(resolve, delayMs * (1 - jitter() / 2)))
    return true
  }
}

/** From 0 to 1, so that those who lost the same datatrust do not all come back at once. */
function jitter(): number {
  return (randomBytes(1)[0] as number) / 255
}

/** True for what passes by itself: a connection that broke, a datatrust that is busy or starts again. */
export function isTransient(error: unknown): boolean {
  if (error instanceof DatatrustUnreachableError || error instanceof DatatrustTimeoutError) return true
  return error instanceof DatatrustError && error.retryable && BUSY_STATUSES.includes(error.status)
}

/** Conflict, too many requests, unavailable. A full disk (507) is retryable too, but not within minutes. */
const BUSY_STATUSES = [409, 429, 503]
