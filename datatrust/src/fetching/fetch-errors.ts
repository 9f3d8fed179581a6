import { ProtocolError } from '@gristmill/protocol'

/** Thrown when content is to be fetched from where the operator does not let it be fetched. */
export class FetchNotAllowedError extends ProtocolError {
  readonly code = 'FETCH_NOT_ALLOWED' as const

  constructor(origin: string) {
    super(`This datatrust does not fetch from ${origin}. Send the content yourself, or ask its operator.`, {
      details: { origin },
    })
  }
}

/** Thrown when a URL is none that content is fetched from. */
export class FetchUrlError extends ProtocolError {
  readonly code = 'FETCH_URL' as const

  constructor(fault: string) {
    super(`The URL ${fault}. Give one like https://example.org/table.csv.`, { details: { fault } })
  }
}

/** Thrown when nothing public answers under a host: unknown, out of reach, or not of the public internet. */
export class FetchUnreachableError extends ProtocolError {
  readonly code = 'FETCH_UNREACHABLE' as const
  override readonly retryable = true

  constructor(host: string, cause?: unknown) {
    super(`Nothing that may be fetched from answers at ${host}. See whether it can be reached from outside.`, {
      details: { host },
      ...(cause === undefined ? {} : { cause }),
    })
  }
}

/** Thrown when a server answers with something else than the content. */
export class FetchAnswerError extends ProtocolError {
  readonly code = 'FETCH_ANSWER' as const
  override readonly retryable: boolean

  constructor(host: string, fault: string, { retryable = false } = {}) {
    super(`${host} answered with ${fault}. Give a URL under which the content itself is served.`, {
      details: { host, fault },
    })
    this.retryable = retryable
  }
}

/** Thrown when a server sends nothing, or too little, for too long. */
export class FetchTimeoutError extends ProtocolError {
  readonly code = 'FETCH_TIMEOUT' as const
  override readonly retryable = true

  constructor(host: string, seconds: number) {
    super(`${host} was too slow for ${seconds} seconds. Fetch again when it is faster, or send the content yourself.`, {
      details: { host, seconds },
    })
  }
}

/** Thrown when something else is to be fetched for an upload than what has just arrived; nothing of that is kept. */
export class FetchReplacedError extends ProtocolError {
  readonly code = 'FETCH_REPLACED' as const
  override readonly retryable = true

  constructor(uploadId: string) {
    super(`Something else is to be fetched for upload ${uploadId} by now. Wait for that.`, { details: { uploadId } })
  }
}

/** Thrown when fetched content is not the one whose SHA-256 was given; nothing of it is kept. */
export class FetchMismatchError extends ProtocolError {
  readonly code = 'FETCH_MISMATCH' as const

  constructor(expected: string, actual: string) {
    super(`What was fetched has the SHA-256 ${actual}, not ${expected}. Look at what the URL serves.`, {
      details: { expected, actual },
    })
  }
}
