import { ProtocolError } from '@gristmill/protocol'

/** Thrown when the disk of this datatrust has no room for what is asked; nothing of it was kept. */
export class NoRoomError extends ProtocolError {
  readonly code = 'DISK_FULL' as const
  override readonly retryable = true

  constructor(cause?: unknown) {
    super('The disk of this datatrust is full. Nothing was kept: try again later, or tell its operator.', {
      ...(cause === undefined ? {} : { cause }),
    })
  }
}
