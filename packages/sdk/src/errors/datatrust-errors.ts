import { type Problem, ProtocolError } from '@gristmill/protocol'

/**
 * Thrown when a datatrust refused a request; `code` is the datatrust's own.
 *
 * @remedy By its code: see [@gristmill/datatrust](#gristmilldatatrust), and the packages whose judgement it passes on.
 */
export class DatatrustError extends ProtocolError {
  readonly code: string
  /** HTTP status. */
  readonly status: number
  override readonly retryable: boolean

  constructor(problem: Problem, status: number, resource: string) {
    super(problem.detail ?? problem.title, { details: { ...problem.details, status, resource } })
    this.code = problem.code
    this.status = status
    this.retryable = problem.retryable ?? (status === 429 || status === 503)
  }
}

/** Thrown when a datatrust cannot be reached. */
export class DatatrustUnreachableError extends ProtocolError {
  readonly code = 'DATATRUST_UNREACHABLE' as const
  override readonly retryable = true

  constructor(url: string, cause: unknown) {
    super(`The datatrust at ${url} does not answer: check the URL and that it runs, then try again.`, {
      details: { url },
      cause,
    })
  }
}

/** Thrown when a datatrust takes too long. */
export class DatatrustTimeoutError extends ProtocolError {
  readonly code = 'DATATRUST_TIMEOUT' as const
  override readonly retryable = true

  constructor(url: string, timeoutMs: number) {
    super(`The datatrust at ${url} sent nothing for ${timeoutMs} ms: try again later.`, { details: { url, timeoutMs } })
  }
}

/** Thrown when an answer of a datatrust is not what its API says: too large, not JSON, or missing a field. */
export class BadAnswerError extends ProtocolError {
  readonly code = 'BAD_ANSWER' as const

  constructor(resource: string, problem: string, cause?: unknown) {
    super(
      `The datatrust answered ${resource} with something else than its API says (${problem}): check that the URL is of a datatrust of this version.`,
      { details: { resource, problem }, ...(cause === undefined ? {} : { cause }) },
    )
  }
}

/** Thrown when a transfer broke off and could not be taken up again. */
export class TransferInterruptedError extends ProtocolError {
  readonly code = 'TRANSFER_INTERRUPTED' as const
  override readonly retryable = true

  constructor(resource: string, doneBytes: number, totalBytes: number, cause: unknown) {
    super(
      `The transfer of ${resource} stopped at ${doneBytes} of ${totalBytes} bytes, and to take it up again failed too often: look at the network, then do the same again.`,
      { details: { resource, doneBytes, totalBytes }, cause },
    )
  }
}

/** Thrown when a datatrust has another message for an order than it had when the transfer began. */
export class MessageChangedError extends ProtocolError {
  readonly code = 'MESSAGE_CHANGED' as const

  constructor(resource: string, expected: string, actual: string) {
    super(
      `The datatrust has another message at ${resource} than when the transfer began: discard what was received and begin anew.`,
      { details: { resource, expected, actual } },
    )
  }
}
