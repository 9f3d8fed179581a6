import { isProtocolError, type ProtocolError, toWire } from '@gristmill/protocol'
import { StorageFullError } from '@gristmill/storage'
import type { ErrorRequestHandler, Response } from 'express'
import { INTERNAL_PROBLEM, problemOf } from './api/problem.js'
import {
  BodyTooLargeError,
  RangeNotSatisfiableError,
  RequestInvalidError,
  UnsupportedMediaTypeError,
} from './api/request-errors.js'
import { statusOf } from './api/status-of.js'
import { NoRoomError } from './disk/no-room-error.js'
import type { Logger } from './logger.js'

/** Last middleware: the one place where an error becomes an answer. A fault of ours is logged and says nothing. */
export function createErrorHandler(log: Logger): ErrorRequestHandler {
  return (thrown, _request, response, _next) => {
    const error = fromDisk(fromBodyParser(thrown))
    if (response.headersSent) {
      // Half an answer is out: only a broken connection tells the caller that it is not whole.
      log.warn({ err: thrown }, 'answer broken off')
      response.destroy()
      return
    }
    const status = isProtocolError(error) ? statusOf(error.code) : undefined
    if (!isProtocolError(error) || status === undefined) {
      log.error({ err: thrown }, 'request failed')
      send(response, 500, INTERNAL_PROBLEM)
      return
    }
    if (status === 401) response.set('WWW-Authenticate', 'Gristmill')
    if (error instanceof RangeNotSatisfiableError) response.set('Content-Range', `bytes */${error.sizeBytes}`)
    const retryAfter = retryAfterOf(error, status)
    if (retryAfter !== undefined) response.set('Retry-After', String(retryAfter))
    send(response, status, problemOf(error, status))
  }
}

function send(response: Response, status: number, problem: object): void {
  response
    .status(status)
    .set({ 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' })
    .send(toWire(problem))
}

/** Seconds; what is refused for its number is asked for too often already. */
function retryAfterOf({ retryable, details }: ProtocolError, status: number): number | undefined {
  if (typeof details.retryAfterSeconds === 'number') return details.retryAfterSeconds
  if (status === 429) return 60
  return retryable ? 1 : undefined
}

/** SQLSTATE of a full disk. */
const DISK_FULL = '53100'

/** A full disk, wherever it was met, without the operator's paths. */
function fromDisk(thrown: unknown): unknown {
  const isFull =
    thrown instanceof StorageFullError || (thrown instanceof Error && 'code' in thrown && thrown.code === DISK_FULL)
  return isFull ? new NoRoomError(thrown) : thrown
}

/** express and its body parser throw http-errors with a `type`; ours are named. */
function fromBodyParser(thrown: unknown): unknown {
  if (!(thrown instanceof Error) || !('status' in thrown)) return thrown
  const type = 'type' in thrown ? thrown.type : undefined
  if (type === 'entity.too.large') return new BodyTooLargeError('limit' in thrown ? Number(thrown.limit) : 0)
  if (type === 'encoding.unsupported') return new UnsupportedMediaTypeError('plain bytes')
  const isCallersFault = typeof thrown.status === 'number' && thrown.status >= 400 && thrown.status < 500
  return isCallersFault ? new RequestInvalidError([{ path: 'request', fault: 'is malformed or was cut off' }]) : thrown
}
