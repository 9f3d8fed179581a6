/** What an error carries beside its message. */
export interface ProtocolErrorOptions {
  /** Offending values, JSON-serialisable; never keys or payloads. */
  details?: Readonly<Record<string, unknown>>
  cause?: unknown
}

/**
 * Base of every error that Gristmill throws on purpose. The message says what happened and what to do.
 * In process use `instanceof`; across HTTP or versions use `isProtocolError(error, code)`.
 */
export abstract class ProtocolError extends Error {
  /** Stable, machine-readable name of the condition, UPPER_SNAKE. */
  abstract readonly code: string
  readonly details: Readonly<Record<string, unknown>>
  /** True if the same call may succeed later without a change. */
  readonly retryable: boolean = false

  constructor(message: string, options: ProtocolErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    this.details = options.details ?? {}
  }
}

/** True if `error` is a Gristmill error, with the given code if one is given, whichever copy of the package threw it. */
export function isProtocolError(error: unknown, code?: string): error is ProtocolError {
  if (!(error instanceof Error)) return false
  const candidate = error as Partial<ProtocolError>
  if (typeof candidate.code !== 'string' || typeof candidate.details !== 'object') return false
  return code === undefined || candidate.code === code
}
