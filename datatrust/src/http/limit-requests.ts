import type { RequestHandler } from 'express'
import { rateLimit, type Store } from 'express-rate-limit'
import { RequestInvalidError, TooManyRequestsError } from '../api/request-errors.js'
import { RequestCounts } from './request-counts.js'

const MINUTE_MS = 60_000
const HEADERS_MAX = 100

/** Refuses what comes more often than so many times a minute from one address; IPv6 by the network a site has. */
export function limitAddresses(perMinute: number): RequestHandler {
  const counts = new RequestCounts()
  let endsAtMs = 0
  const store: Store = {
    increment: (key) => {
      const count = counts.add(key)
      endsAtMs = count.endsAtMs
      return { totalHits: count.requests, resetTime: new Date(count.endsAtMs) }
    },
    // What was counted stays counted.
    decrement: () => {},
    resetKey: () => {},
  }
  return rateLimit({
    windowMs: MINUTE_MS,
    limit: perMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    store,
    // It would warn of a header that any caller may send.
    validate: false,
    handler: () => {
      throw new TooManyRequestsError(perMinute, 'address', endsAtMs)
    },
  })
}

/** Requests that one account may make in a minute, wherever they come from. */
export class AccountLimit {
  readonly #counts = new RequestCounts()
  readonly #perMinute: number

  constructor(perMinute: number) {
    this.#perMinute = perMinute
  }

  /** Counts a request whose signature holds. Throws TooManyRequestsError beyond the limit. */
  take(account: string): void {
    const { requests, endsAtMs } = this.#counts.add(account)
    if (requests > this.#perMinute) throw new TooManyRequestsError(this.#perMinute, 'account', endsAtMs)
  }
}

/** Refuses a request with more headers than anybody needs: every one is looked at. */
export const limitHeaders: RequestHandler = (request, _response, next) => {
  if (request.rawHeaders.length / 2 > HEADERS_MAX) {
    throw new RequestInvalidError([{ path: 'headers', fault: `are more than ${HEADERS_MAX}` }])
  }
  next()
}
