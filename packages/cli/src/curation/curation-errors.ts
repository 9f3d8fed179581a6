import { ProtocolError } from '@gristmill/protocol'

/** Thrown when an account has nothing to vote with. */
export class NoVotesError extends ProtocolError {
  readonly code = 'NO_VOTES' as const

  constructor(poll: number, account: string) {
    super(
      `${account} had no shares in the second before poll ${poll} opened, or has none now: it cannot vote in this one.`,
      { details: { poll, account } },
    )
  }
}
