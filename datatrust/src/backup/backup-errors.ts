import { ProtocolError } from '@gristmill/protocol'

/** Thrown when a backup or a restored datatrust would be written over something. */
export class TargetNotEmptyError extends ProtocolError {
  readonly code = 'TARGET_NOT_EMPTY' as const

  constructor(directory: string) {
    super(`${directory} holds something already. Name a directory that is empty or not there yet.`, {
      details: { directory },
    })
  }
}

/** Thrown when there is nothing to back up. */
export class NothingToBackUpError extends ProtocolError {
  readonly code = 'NOTHING_TO_BACK_UP' as const

  constructor(directory: string) {
    super(`There is no datatrust in ${directory}. Name its data directory.`, { details: { directory } })
  }
}

/** Thrown when a backup was begun and not finished, or is none at all. */
export class BackupIncompleteError extends ProtocolError {
  readonly code = 'BACKUP_INCOMPLETE' as const

  constructor(directory: string, cause?: unknown) {
    super(`${directory} is no finished backup. Run the backup again: it goes on where it stopped.`, {
      details: { directory },
      ...(cause === undefined ? {} : { cause }),
    })
  }
}

/** Thrown when a file of a backup is missing or is not what was backed up; nothing of it is used. */
export class BackupCorruptError extends ProtocolError {
  readonly code = 'BACKUP_CORRUPT' as const

  constructor(what: string, cause?: unknown) {
    super(`The backup is damaged: ${what}. Take another one, or another copy of it.`, {
      details: { what },
      ...(cause === undefined ? {} : { cause }),
    })
  }
}

/** Thrown at start on a directory into which a restore has not finished. */
export class RestoreUnfinishedError extends ProtocolError {
  readonly code = 'RESTORE_UNFINISHED' as const

  constructor(directory: string) {
    super(`A restore into ${directory} has not finished. Run it again: it goes on where it stopped.`, {
      details: { directory },
    })
  }
}

/** Thrown when a running datatrust cannot be asked for a backup, or broke it off. */
export class LiveBackupError extends ProtocolError {
  readonly code = 'LIVE_BACKUP' as const

  constructor(reason: string, details: Readonly<Record<string, unknown>> = {}) {
    super(`The running datatrust made no backup: ${reason}. Run it again, or stop the datatrust first.`, {
      details: { reason, ...details },
    })
  }
}
