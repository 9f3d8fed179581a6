import { ProtocolError } from '@gristmill/protocol'

/** Thrown when stored content is not what was listed; nothing of a run or a delivery of it is used. */
export class StoredContentError extends ProtocolError {
  readonly code = 'STORED_CONTENT' as const

  constructor(expected: string, actual: string) {
    super(`The stored content has the root ${actual} instead of ${expected}. Restore the blobs from a backup.`, {
      details: { expected, actual },
    })
  }
}
