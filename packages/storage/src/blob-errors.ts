import { ProtocolError } from '@gristmill/protocol'

/** Thrown when a key is outside the rules, or leads through a symbolic link. */
export class BadBlobKeyError extends ProtocolError {
  readonly code = 'BAD_BLOB_KEY' as const

  constructor(key: string, reason: string) {
    const shown = key.slice(0, 60)
    super(`Blob key ${JSON.stringify(shown)}: ${reason}. Use lower-case letters, digits, "_", "-" and single "/".`, {
      details: { key: shown, reason },
    })
  }
}

/** Thrown when there is no blob under a key. */
export class BlobNotFoundError extends ProtocolError {
  readonly code = 'BLOB_NOT_FOUND' as const

  constructor(key: string) {
    super(`There is no blob "${key}". Check the key, or store it first.`, { details: { key } })
  }
}

/** Thrown when a key already holds other content. */
export class BlobExistsError extends ProtocolError {
  readonly code = 'BLOB_EXISTS' as const

  constructor(key: string) {
    super(`Blob "${key}" exists with other content; blobs never change. Use another key.`, { details: { key } })
  }
}

/** Thrown when a source gives more bytes than were agreed to. */
export class BlobTooLargeError extends ProtocolError {
  readonly code = 'BLOB_TOO_LARGE' as const

  constructor(key: string, maxBytes: number) {
    super(`Blob "${key}" has more than ${maxBytes} bytes. Nothing was kept; send less, or agree on more.`, {
      details: { key, maxBytes },
    })
  }
}

/** Thrown when a source ends early. */
export class BlobTruncatedError extends ProtocolError {
  readonly code = 'BLOB_TRUNCATED' as const

  constructor(key: string, expectedBytes: number, receivedBytes: number) {
    super(`Blob "${key}" ended after ${receivedBytes} of ${expectedBytes} bytes. Nothing was kept; send it again.`, {
      details: { key, expectedBytes, receivedBytes },
    })
  }
}

/** Thrown when a stored blob turns out shorter than it was when reading began: its file was damaged from outside. */
export class BlobDamagedError extends ProtocolError {
  readonly code = 'BLOB_DAMAGED' as const

  constructor(key: string, expectedBytes: number, foundBytes: number) {
    super(`Blob "${key}" ends after ${foundBytes} of ${expectedBytes} bytes on disk. Restore it from a copy.`, {
      details: { key, expectedBytes, foundBytes },
    })
  }
}

/** Thrown when a range does not lie within its blob. */
export class BlobRangeError extends ProtocolError {
  readonly code = 'BLOB_RANGE' as const

  constructor(key: string, start: number, end: number, sizeBytes: number) {
    super(`Bytes ${start} to ${end} do not lie within the ${sizeBytes} bytes of blob "${key}". Ask for fewer.`, {
      details: { key, start, end, sizeBytes },
    })
  }
}

/** Thrown when a size, a limit or another number is not one that can be meant. */
export class StorageParameterError extends ProtocolError {
  readonly code = 'STORAGE_PARAMETER' as const

  constructor(name: string, value: number, expected: string) {
    super(`${name} is ${value}, expected ${expected}. Correct the value.`, { details: { name, value, expected } })
  }
}

/** Thrown when the disk has no room; nothing of the blob was kept. */
export class StorageFullError extends ProtocolError {
  readonly code = 'STORAGE_FULL' as const
  override readonly retryable = true

  constructor(directory: string, cause: unknown) {
    super(`The disk under ${directory} is full. Nothing was kept; make room and try again.`, {
      details: { directory },
      cause,
    })
  }
}

/** Thrown when the disk refuses an operation for another reason: permissions, a fault, a read-only mount. */
export class StorageIoError extends ProtocolError {
  readonly code = 'STORAGE_IO' as const

  constructor(directory: string, reason: string, cause: unknown) {
    super(`The disk under ${directory} refused an operation (${reason}). Check its mount and permissions.`, {
      details: { directory, reason },
      cause,
    })
  }
}

/** Thrown when a store is used after `close()`. */
export class StorageClosedError extends ProtocolError {
  readonly code = 'STORAGE_CLOSED' as const

  constructor(directory: string) {
    super(`The store on ${directory} is closed. Open it again.`, { details: { directory } })
  }
}

/** Thrown when another process, or another part of this one, holds the directory. */
export class DirectoryLockedError extends ProtocolError {
  readonly code = 'DIRECTORY_LOCKED' as const

  constructor(directory: string) {
    super(`${directory} is in use by another process. Stop that process, or choose another directory.`, {
      details: { directory },
    })
  }
}

/** Thrown when the bucket does not answer, or answers that it cannot now, after all retries. */
export class BucketUnavailableError extends ProtocolError {
  readonly code = 'BUCKET_UNAVAILABLE' as const
  override readonly retryable = true

  constructor(bucket: string, operation: string, reason: string, cause: unknown) {
    super(`The bucket ${bucket} did not answer ${operation} (${reason}). Try again; see whether its service is up.`, {
      details: { bucket, operation, reason },
      cause,
    })
  }
}

/** Thrown when the bucket refuses an operation: credentials, rights, a name, or a feature that its service has not. */
export class BucketRefusedError extends ProtocolError {
  readonly code = 'BUCKET_REFUSED' as const

  constructor(bucket: string, operation: string, reason: string, cause: unknown) {
    super(`The bucket ${bucket} refused ${operation} (${reason}). Check its name, the credentials and their rights.`, {
      details: { bucket, operation, reason },
      cause,
    })
  }
}
