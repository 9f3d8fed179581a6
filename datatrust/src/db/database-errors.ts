import { ProtocolError } from '@gristmill/protocol'

/** Thrown by every use of a database whose log could not be written, until the datatrust is started again. */
export class DatabaseStoppedError extends ProtocolError {
  readonly code = 'DATABASE_STOPPED' as const

  constructor(cause: unknown) {
    super('The database has stopped: its log could not be written. Make room or mend the disk, and start again.', {
      cause,
    })
  }
}

/**
 * Thrown while PostgreSQL does not answer: it restarts, is out of connections, or was left in the middle of a statement.
 * What was asked for may or may not be done: every request can be repeated.
 */
export class DatabaseUnavailableError extends ProtocolError {
  readonly code = 'DATABASE_UNAVAILABLE' as const
  override readonly retryable = true

  constructor(cause: unknown) {
    super('The database of this datatrust does not answer. Ask again later, signed anew.', { cause })
  }
}

/** Thrown at start when PostgreSQL cannot be used as it is. Never quotes the URL. */
export class DatabaseRefusedError extends ProtocolError {
  readonly code = 'DATABASE_REFUSED' as const

  constructor(label: string, reason: string, cause?: unknown) {
    super(`The database ${label} cannot be used: ${reason}. Check the database URL, and that the server runs.`, {
      details: { database: label, reason },
      ...(cause === undefined ? {} : { cause }),
    })
  }
}

/**
 * Thrown at start when the data directory belongs to another kind of database than the one configured: starting would
 * forget every budget that was charged.
 */
export class DatabaseKindError extends ProtocolError {
  readonly code = 'DATABASE_KIND' as const

  constructor(directory: string, kept: 'embedded' | 'PostgreSQL') {
    super(
      kept === 'embedded'
        ? `${directory} holds an embedded database, and a database URL is set. Unset it, or name another data directory.`
        : `${directory} belongs to a datatrust whose database is in PostgreSQL. Set DATATRUST_DATABASE_URL_FILE as before.`,
      { details: { directory, kept } },
    )
  }
}
