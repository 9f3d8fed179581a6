import { ProtocolError } from '@gristmill/protocol'

/** Thrown when a question cannot be answered because the input has ended. */
export class InputEndedError extends ProtocolError {
  readonly code = 'INPUT_ENDED' as const

  constructor() {
    super(
      'The input ended before the question was answered: nothing was done; answer it, or pass what it asks for as options.',
    )
  }
}

/** Thrown when more is piped in than what is asked for can have. */
export class InputTooLongError extends ProtocolError {
  readonly code = 'INPUT_TOO_LONG' as const

  constructor(maxBytes: number) {
    super(`More than ${maxBytes} bytes came in: pipe in only what is asked for.`, { details: { maxBytes } })
  }
}

/**
 * Thrown when something would be signed and there is nobody to ask.
 *
 * @remedy Add `--yes` to go on without a question, or `--dry-run` to see what would be sent.
 */
export class ConfirmationNeededError extends ProtocolError {
  readonly code = 'CONFIRMATION_NEEDED' as const
  readonly next = 'add --yes to go on without a question, or --dry-run to see what would be sent'

  constructor(title: string) {
    super(`${title}: this needs a yes, and there is no terminal to ask. Nothing was signed or sent.`, {
      details: { title },
    })
  }
}

/**
 * Thrown when a person said no.
 *
 * @remedy Nothing: run the command again if you meant yes. Nothing was signed or sent.
 */
export class DeclinedError extends ProtocolError {
  readonly code = 'DECLINED' as const

  constructor(title: string) {
    super(`${title}: declined. Nothing was signed or sent.`, { details: { title } })
  }
}

/** Thrown when a command would sign what its plan did not show: a fault of the command, not of the user. */
export class UnplannedSignatureError extends ProtocolError {
  readonly code = 'UNPLANNED_SIGNATURE' as const

  constructor(what: string) {
    super(`${what} would be signed although it was not shown before: it was refused. Please report this.`, {
      details: { what },
    })
  }
}
