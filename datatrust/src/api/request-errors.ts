import { ProtocolError } from '@gristmill/protocol'
import type { z } from 'zod'

/** Thrown when a body, path or query does not match its schema; names the first faults. */
export class RequestInvalidError extends ProtocolError {
  readonly code = 'REQUEST_INVALID' as const

  constructor(faults: readonly { path: string; fault: string }[]) {
    const list = faults.map(({ path, fault }) => `${path}: ${fault}`).join('; ')
    super(`The request cannot be understood: ${list}. Correct it and send it again.`, { details: { faults } })
  }

  static of(error: z.core.$ZodError): RequestInvalidError {
    return new RequestInvalidError(
      error.issues.slice(0, 10).map((issue) => ({
        path: issue.path.map(String).join('.').slice(0, 200) || 'body',
        fault: issue.message.slice(0, 300),
      })),
    )
  }
}

/**
 * Thrown when a body is larger than this resource takes.
 *
 * @remedy Send less: `details.maxBytes` is the most that is taken.
 */
export class BodyTooLargeError extends ProtocolError {
  readonly code = 'BODY_TOO_LARGE' as const

  constructor(maxBytes: number) {
    super(`The body is larger than the ${maxBytes} bytes taken here. Send less.`, { details: { maxBytes } })
  }
}

/** Thrown when a body comes in another form than the resource takes. */
export class UnsupportedMediaTypeError extends ProtocolError {
  readonly code = 'UNSUPPORTED_MEDIA_TYPE' as const

  constructor(expected: string) {
    super(`The body must be ${expected}, not compressed. Set Content-Type accordingly.`, { details: { expected } })
  }
}

/** Thrown when a range asks for bytes that are not there. */
export class RangeNotSatisfiableError extends ProtocolError {
  readonly code = 'RANGE_NOT_SATISFIABLE' as const
  readonly sizeBytes: number

  constructor(sizeBytes: number) {
    super(`The range has no byte of the ${sizeBytes} there are. Ask for one that begins before.`, {
      details: { sizeBytes },
    })
    this.sizeBytes = sizeBytes
  }
}

/** Thrown when no resource lives at a path. */
export class RouteNotFoundError extends ProtocolError {
  readonly code = 'ROUTE_NOT_FOUND' as const

  constructor(method: string) {
    super('Nothing lives at this path with this method. See the README for the routes.', {
      details: { method: method.slice(0, 20) },
    })
  }
}

/** Thrown when one network address or one account asks more often than allowed. */
export class TooManyRequestsError extends ProtocolError {
  readonly code = 'TOO_MANY_REQUESTS' as const
  override readonly retryable = true

  constructor(perMinute: number, of: 'address' | 'account', endsAtMs: number) {
    const retryAfterSeconds = Math.max(1, Math.ceil((endsAtMs - Date.now()) / 1_000))
    super(
      `More than ${perMinute} requests of one ${of} in a minute. Wait ${retryAfterSeconds} seconds and ask again.`,
      {
        details: { perMinute, of, retryAfterSeconds },
      },
    )
  }
}
