import { ProtocolError } from '@gristmill/protocol'

/**
 * Thrown when there is no profile, or it cannot be used.
 *
 * @remedy Name a profile with `--profile`, make one with `gristmill init`, or correct the field that the message names.
 */
export class ProfileError extends ProtocolError {
  readonly code = 'PROFILE' as const

  constructor(message: string, details: Readonly<Record<string, unknown>>) {
    super(message, { details })
  }
}

/** Thrown when a profile would take the place of another. */
export class ProfileExistsError extends ProtocolError {
  readonly code = 'PROFILE_EXISTS' as const

  constructor(file: string) {
    super(`There is a profile at ${file} already: it is kept; edit it, or name another file with --profile.`, {
      details: { file },
    })
  }
}

/** Thrown when nothing says where the contracts are. */
export class NoDeploymentError extends ProtocolError {
  readonly code = 'NO_DEPLOYMENT' as const
  readonly next = 'add --deployment FILE'

  constructor(chainId: number) {
    super(
      `Nothing says where the contracts are on chain ${chainId}: get deployments/${chainId}.json from somebody you trust: who names the contracts decides where your money goes.`,
      { details: { chainId } },
    )
  }
}
