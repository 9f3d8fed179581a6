import { type Hex, ProtocolError } from '@gristmill/protocol'

/** Thrown when the calling account has announced no upload of this id. */
export class UploadNotFoundError extends ProtocolError {
  readonly code = 'UPLOAD_NOT_FOUND' as const

  constructor(uploadId: Hex) {
    super(`This account has no upload ${uploadId} here. Announce it first with POST /v1/uploads.`, {
      details: { uploadId },
    })
  }
}

/** Thrown when an upload of this id exists with other files or other content. */
export class UploadConflictError extends ProtocolError {
  readonly code = 'UPLOAD_CONFLICT' as const

  constructor(uploadId: Hex, what: 'files' | 'content') {
    super(`Upload ${uploadId} is there already with other ${what}. Take a new upload id.`, {
      details: { uploadId, what },
    })
  }
}

/** Thrown when the content of an upload is being received already. */
export class UploadInProgressError extends ProtocolError {
  readonly code = 'UPLOAD_IN_PROGRESS' as const
  override readonly retryable = true

  constructor(uploadId: Hex) {
    super(`The content of upload ${uploadId} is being received. Wait for the other request to end.`, {
      details: { uploadId },
    })
  }
}

/** Thrown when something is asked for that needs the content, which has not come. */
export class UploadIncompleteError extends ProtocolError {
  readonly code = 'UPLOAD_INCOMPLETE' as const

  constructor(uploadId: Hex) {
    super(`The content of upload ${uploadId} has not come. Send it with PUT /v1/uploads/${uploadId}/content.`, {
      details: { uploadId },
    })
  }
}

/** Thrown when an asset is larger than this datatrust takes. */
export class AssetTooLargeError extends ProtocolError {
  readonly code = 'ASSET_TOO_LARGE' as const

  constructor(sizeBytes: number, maxBytes: number) {
    super(`The asset has ${sizeBytes} bytes, this datatrust takes up to ${maxBytes}. Split it or go elsewhere.`, {
      details: { sizeBytes, maxBytes },
    })
  }
}

/** Thrown when content ends before its announced size; nothing of it is kept. */
export class UploadTruncatedError extends ProtocolError {
  readonly code = 'UPLOAD_TRUNCATED' as const

  constructor(receivedBytes: number, expectedBytes: number) {
    super(`The content ended after ${receivedBytes} of ${expectedBytes} bytes. Nothing was kept: send it again.`, {
      details: { receivedBytes, expectedBytes },
    })
  }
}

/** Thrown when content goes on after its announced size; nothing of it is kept. */
export class UploadOversizedError extends ProtocolError {
  readonly code = 'UPLOAD_OVERSIZED' as const

  constructor(expectedBytes: number) {
    super(
      `The content has more than the ${expectedBytes} bytes announced. Nothing was kept: announce all files, or send only them.`,
      { details: { expectedBytes } },
    )
  }
}

/** Thrown when the declared length of a body is not the announced size of the asset. */
export class LengthMismatchError extends ProtocolError {
  readonly code = 'LENGTH_MISMATCH' as const

  constructor(contentLength: number, expectedBytes: number) {
    super(`Content-Length is ${contentLength}, the files announced have ${expectedBytes} bytes. Send exactly these.`, {
      details: { contentLength, expectedBytes },
    })
  }
}

/** Thrown when too much is stored that no listing refers to. */
export class UnlistedRoomError extends ProtocolError {
  readonly code = 'UNLISTED_ROOM' as const
  override readonly retryable = true

  constructor(sizeBytes: number) {
    super(`There is no room now for ${sizeBytes} bytes that are not listed yet. Try again later or go elsewhere.`, {
      details: { sizeBytes },
    })
  }
}

/** Thrown when too many uploads of one account wait for their content. */
export class TooManyUploadsError extends ProtocolError {
  readonly code = 'TOO_MANY_UPLOADS' as const

  constructor(max: number) {
    super(`${max} uploads of this account wait for their content. Send it, or wait until they are forgotten.`, {
      details: { max },
    })
  }
}

/** Thrown when content is asked for that was destroyed after its listing had ended. */
export class AssetShreddedError extends ProtocolError {
  readonly code = 'ASSET_SHREDDED' as const

  constructor(uploadId: Hex) {
    super(
      `The content of upload ${uploadId} was destroyed after its listing had ended. Its maker may upload it anew.`,
      {
        details: { uploadId },
      },
    )
  }
}
