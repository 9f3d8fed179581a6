import { ProtocolError } from '@gristmill/protocol'

/** A record of the journal that is not the last one cannot be read: the chain cannot be brought back as it was. */
export class JournalCorruptError extends ProtocolError {
  readonly code = 'JOURNAL_CORRUPT' as const

  constructor(file: string, line: number, cause?: unknown) {
    super(`${file} is damaged in line ${line}: restore it from a copy, or start with another directory`, {
      details: { file, line },
      cause,
    })
  }
}

/** The journal was written in another format. */
export class JournalVersionError extends ProtocolError {
  readonly code = 'JOURNAL_VERSION' as const

  constructor(file: string, version: number) {
    super(
      `${file} has format ${version}, this program reads format 1: ` +
        'start it with the version of Gristmill that wrote it, or start with another directory',
      { details: { file, version } },
    )
  }
}

/** The journal could not be written: nothing more is accepted, and the last transaction was not acknowledged. */
export class JournalWriteError extends ProtocolError {
  readonly code = 'JOURNAL_WRITE' as const

  constructor(file: string, cause: unknown) {
    super(`${file} could not be written: make room on the disk and start the chain again`, { details: { file }, cause })
  }
}

/** Replaying the journal gave another chain than the one that wrote it. */
export class ReplayMismatchError extends ProtocolError {
  readonly code = 'REPLAY_MISMATCH' as const

  constructor(details: { expected: string; actual: string; record: number }) {
    super(
      `the journal leads to block ${details.actual} where ${details.expected} was recorded: ` +
        'start it with the version of Gristmill that wrote it, or start with another directory',
      { details },
    )
  }
}

/** The keys in the directory are missing, unreadable or not those of the chain beside them. */
export class ActorsMismatchError extends ProtocolError {
  readonly code = 'ACTORS_MISMATCH' as const

  constructor(file: string, cause?: unknown) {
    super(`${file} does not hold the keys of this chain: restore it, or start with another directory`, {
      details: { file },
      cause,
    })
  }
}

/** What answers at a URL is no localnet, or not the one that was asked for. */
export class NotLocalnetError extends ProtocolError {
  readonly code = 'NOT_LOCALNET' as const

  constructor(url: string, cause?: unknown) {
    super(`no localnet answers at ${url}: start one, or pass the URL that it printed`, { details: { url }, cause })
  }
}
