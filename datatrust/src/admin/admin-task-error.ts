import { ProtocolError } from '@gristmill/protocol'

/**
 * Thrown when the datatrust that runs on the directory refuses an operator's task, or does not answer.
 *
 * @remedy Do what the message says; `details.code` is the code of its refusal.
 */
export class AdminTaskError extends ProtocolError {
  readonly code = 'ADMIN_TASK' as const

  constructor(code: string | null, message: string) {
    super(code === null ? message : `${code}: ${message}`, { details: { code } })
  }
}
