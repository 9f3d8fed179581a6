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

/** Thrown when the rows of a datatrust are in PostgreSQL: a copy of its directory would be half a backup. */
export class ExternalDatabaseError extends ProtocolError {
  readonly code = 'EXTERNAL_DATABASE' as const

  constructor(directory: string) {
    super(
      `The database of ${directory} is in PostgreSQL. Back that up first, with pg_dump --format=custom, then the blobs: ` +
        'the folder blobs, or the bucket by its versions. The README says how.',
      { details: { directory } },
    )
  }
}

/** Thrown when a backup is to refer to a bucket and the blobs are on the disk. */
export class NoBucketError extends ProtocolError {
  readonly code = 'NO_BUCKET' as const

  constructor(directory: string) {
    super(`The blobs of ${directory} are on its disk: have the backup copy them, without --blobs refer.`, {
      details: { directory },
    })
  }
}

/**
 * Thrown when the blobs of a backup are in a bucket, and nothing says how that is opened.
 *
 * @remedy Set the variables that `details.missing` names, as for the datatrust, and restore again.
 */
export class BucketNeededError extends ProtocolError {
  readonly code = 'BUCKET_NEEDED' as const

  constructor(missing: readonly string[]) {
    super(`The blobs belong into a bucket, and nothing says how it is opened. Set ${missing.join(', ')}.`, {
      details: { missing },
    })
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
