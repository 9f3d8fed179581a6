import { ProtocolError } from '@gristmill/protocol'

/**
 * Thrown when nothing of the bond can be withdrawn yet. Instants are formatted.
 *
 * @remedy Wait until the time that the message names; `gristmill datatrust unbond AMOUNT` begins to wait.
 */
export class StillUnbondingError extends ProtocolError {
  readonly code = 'STILL_UNBONDING' as const
  readonly next: string

  constructor(amount: string, unbondedAt: string | undefined) {
    super(
      unbondedAt === undefined
        ? 'Nothing is unbonding: there is nothing to withdraw.'
        : `${amount} are unbonding until ${unbondedAt}: try again after that. Nothing was signed or sent.`,
      { details: { amount, unbondedAt } },
    )
    this.next = unbondedAt === undefined ? 'gristmill datatrust unbond AMOUNT' : 'gristmill datatrust show'
  }
}

/** Thrown when something that a datatrust depends on is not as it must be. */
export class ChecksFailedError extends ProtocolError {
  readonly code = 'CHECKS_FAILED' as const

  constructor(checks: readonly string[]) {
    super(`What failed: ${[...new Set(checks)].join(', ')}. Do what its line says, then run this again.`, {
      details: { checks },
    })
  }
}
