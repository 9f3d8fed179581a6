import { ProtocolError, type Reexecution } from '@gristmill/protocol'

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

/**
 * Thrown when a key file is missing, unreadable, malformed, or open to others. Never quotes the file.
 *
 * @remedy Check path and contents and `chmod 600` the file; if others may have read it, use a new key.
 */
export class KeyFileError extends ProtocolError {
  readonly code = 'KEY_FILE' as const

  constructor(file: string, problem: string) {
    super(`${file}: ${problem}`, { details: { file } })
  }
}

/** Thrown when no key has the name. */
export class KeyUnknownError extends ProtocolError {
  readonly code = 'KEY_UNKNOWN' as const
  readonly next: string

  constructor(name: string, names: readonly string[]) {
    const known = names.length === 0 ? 'there are none yet' : `there are ${names.join(', ')}`
    super(`No key is called ${name}; ${known}: name one of them with --as, or make it.`, { details: { name, names } })
    this.next = `gristmill keys create ${name}`
  }
}

/** Thrown when a new key would take the name of another. */
export class KeyExistsError extends ProtocolError {
  readonly code = 'KEY_EXISTS' as const

  constructor(name: string) {
    super(`There is a key called ${name} already: it is kept; choose another name.`, { details: { name } })
  }
}

/**
 * Thrown when nothing says who acts.
 *
 * @remedy Make a key with `gristmill keys create`, import yours, or name one with `--as`.
 */
export class NoKeyError extends ProtocolError {
  readonly code = 'NO_KEY' as const
  readonly next: string

  constructor(directory: string, names: readonly string[]) {
    super(
      names.length === 0
        ? `There is no key in ${directory}: make one, or import yours.`
        : `Nothing says who acts: name one of ${names.join(', ')} with --as.`,
      { details: { directory, names } },
    )
    this.next = names.length === 0 ? 'gristmill keys create' : `add --as ${names[0]}, or gristmill keys use ${names[0]}`
  }
}

/**
 * Thrown when a password does not open a keystore.
 *
 * @remedy Try again with the password it was encrypted with.
 */
export class WrongPasswordError extends ProtocolError {
  readonly code = 'WRONG_PASSWORD' as const

  constructor(file: string) {
    super(`${file}: the password is not the one it was encrypted with: try again.`, { details: { file } })
  }
}

/** Thrown when something is encrypted and there is nobody to ask for the password. */
export class NoPasswordError extends ProtocolError {
  readonly code = 'NO_PASSWORD' as const

  constructor(ofWhat: string) {
    super(`There is no terminal to ask for the password of ${ofWhat}: pass --password-file or $GRISTMILL_PASSWORD.`)
  }
}

/** Thrown when a new password is too easy to guess. */
export class ShortPasswordError extends ProtocolError {
  readonly code = 'SHORT_PASSWORD' as const

  constructor(charactersMin: number) {
    super(`A password must have at least ${charactersMin} characters: choose a longer one.`, {
      details: { charactersMin },
    })
  }
}

/** Thrown when a new password was not typed the same way twice. */
export class PasswordsDifferError extends ProtocolError {
  readonly code = 'PASSWORDS_DIFFER' as const

  constructor() {
    super('The two passwords differ: nothing was written; try again.')
  }
}

/** Thrown when the OpenPGP key is gone to which something that was bought is encrypted. */
export class OpenpgpKeyLostError extends ProtocolError {
  readonly code = 'OPENPGP_KEY_LOST' as const
  readonly next: string

  constructor(file: string, name: string) {
    super(
      `${file} is gone, and this account has bought before: put the file back from your backup to open what was bought. A new key opens only what is ordered from now on.`,
      { details: { file } },
    )
    this.next = `gristmill keys openpgp ${name}`
  }
}

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

/**
 * Thrown when a file cannot be read or written.
 *
 * @remedy Check path, permissions and space, or name another file.
 */
export class FileError extends ProtocolError {
  readonly code = 'FILE' as const

  constructor(file: string, problem: string, cause?: unknown) {
    super(`${file}: ${problem}`, { details: { file }, ...(cause === undefined ? {} : { cause }) })
  }
}

/**
 * Thrown when an argument or an option has a value that cannot be.
 *
 * @remedy Write the argument in the form that the message shows; `--help` behind the command tells more.
 */
export class ArgumentError extends ProtocolError {
  readonly code = 'ARGUMENT' as const

  constructor(argument: string, problem: string) {
    super(`${argument}: ${problem}`, { details: { argument } })
  }
}

export interface Shortage {
  of: 'wallet' | 'vault'
  /** Formatted. */
  needed: string
  held: string
  account: string
}

/**
 * Thrown when an account cannot pay; before anything is signed.
 *
 * @remedy Deposit into the Vault, send tokens to the account, or act as another with `--as`. Nothing was signed or sent.
 */
export class NotEnoughMoneyError extends ProtocolError {
  readonly code = 'NOT_ENOUGH_MONEY' as const
  readonly next: string

  constructor({ of, needed, held, account }: Shortage) {
    const place = of === 'wallet' ? 'wallet' : 'Vault balance'
    super(`${needed} are needed, but the ${place} of ${account} holds ${held}. Nothing was signed or sent.`, {
      details: { of, needed, held, account },
    })
    this.next =
      of === 'vault'
        ? 'gristmill vault deposit AMOUNT'
        : `send tokens to ${account}, take them from the Vault with gristmill vault withdraw AMOUNT, or act as another with --as`
  }
}

/** Thrown when there is nothing to deposit or to withdraw. */
export class NothingToMoveError extends ProtocolError {
  readonly code = 'NOTHING_TO_MOVE' as const

  constructor(place: 'wallet' | 'vault', symbol: string) {
    super(`The amount is zero: nothing was done; gristmill vault balance shows what is in the ${place}.`, {
      details: { place, symbol },
    })
  }
}

/**
 * Thrown when an account cannot pay for gas; before anything is signed.
 *
 * @remedy Send native coin to the account. Nothing was signed or sent.
 */
export class NotEnoughGasError extends ProtocolError {
  readonly code = 'NOT_ENOUGH_GAS' as const
  readonly next: string

  constructor({ needed, held, account }: Omit<Shortage, 'of'>) {
    super(
      `The fee may be ${needed} of the chain's native coin, but ${account} holds ${held}. Nothing was signed or sent.`,
      { details: { needed, held, account } },
    )
    this.next = `send at least ${needed} of the native coin to ${account}`
  }
}

/** Thrown when an account has fewer shares, free or signalled, than a command names. Shares are formatted. */
export class NotEnoughSharesError extends ProtocolError {
  readonly code = 'NOT_ENOUGH_SHARES' as const
  readonly next = 'gristmill portfolio'

  constructor(wanted: string, held: string, account: string) {
    super(`${account} holds ${held}, not ${wanted}: name no more than that, or act as another with --as.`, {
      details: { wanted, held, account },
    })
  }
}

/** Thrown when somebody else made a listing. */
export class NotYourListingError extends ProtocolError {
  readonly code = 'NOT_YOUR_LISTING' as const

  constructor(listing: string, maker: string, account: string) {
    super(`Listing ${listing} is of ${maker}, not of ${account}: act as its maker with --as.`, {
      details: { listing, maker, account },
    })
  }
}

/** Thrown when a run is ordered where none is for sale. */
export class NoComputeError extends ProtocolError {
  readonly code = 'NO_COMPUTE' as const
  readonly next = 'gristmill listings --kind compute'

  constructor(listing: string) {
    super(`Listing ${listing} sells no runs: choose another, or buy its data.`, { details: { listing } })
  }
}

/** Thrown when a price is above what the user allowed. Amounts are formatted. */
export class PriceTooHighError extends ProtocolError {
  readonly code = 'PRICE_TOO_HIGH' as const

  constructor(price: string, maxPrice: string) {
    super(`The price is ${price}, above --max-price ${maxPrice}: nothing was ordered; raise it to go on.`, {
      details: { price, maxPrice },
    })
  }
}

/** Thrown when a key of a local network would take the name of another. */
export class KeyTakenError extends ProtocolError {
  readonly code = 'KEY_TAKEN' as const

  constructor(name: string, file: string) {
    super(
      `The local network has a key called ${name}, and ${file} holds another: it is kept; move it away, or start the network in another folder.`,
      { details: { name, file } },
    )
  }
}

/** Thrown when a command is for local networks only. */
export class NotDevNetworkError extends ProtocolError {
  readonly code = 'NOT_DEV_NETWORK' as const
  readonly next = 'gristmill dev'

  constructor(rpcUrl: string, cause?: unknown) {
    super(`What answers at ${rpcUrl} is no local network of gristmill dev: start one, or go to the folder of yours.`, {
      details: { rpcUrl },
      ...(cause === undefined ? {} : { cause }),
    })
  }
}

/** Thrown when a local network would be removed while it runs. */
export class DevNetworkRunsError extends ProtocolError {
  readonly code = 'DEV_NETWORK_RUNS' as const

  constructor(directory: string, cause?: unknown) {
    super(`The local network in ${directory} is running: end it with Ctrl-C where it was started, then try again.`, {
      details: { directory },
      ...(cause === undefined ? {} : { cause }),
    })
  }
}

/**
 * Thrown when a file of an earlier deployment cannot be used.
 *
 * @remedy Check its permissions, move it away, or give up the unfinished deployment with `gristmill deploy --anew`.
 */
export class DeploymentFileError extends ProtocolError {
  readonly code = 'DEPLOYMENT_FILE' as const

  constructor(file: string, problem: string, cause?: unknown) {
    super(`${file} ${problem}`, { details: { file }, ...(cause === undefined ? {} : { cause }) })
  }
}

/** Thrown when a deployment is begun anew where a finished one is. */
export class DeploymentDoneError extends ProtocolError {
  readonly code = 'DEPLOYMENT_DONE' as const

  constructor(file: string) {
    super(`${file} is a finished deployment: it is kept; name another folder with --out for a second one.`, {
      details: { file },
    })
  }
}

/** Thrown when another process deploys into the same folder. */
export class DeploymentRunsError extends ProtocolError {
  readonly code = 'DEPLOYMENT_RUNS' as const

  constructor(directory: string, cause: unknown) {
    super(`Another process is deploying into ${directory}: wait for it, or name another folder with --out.`, {
      details: { directory },
      cause,
    })
  }
}

/**
 * Thrown when nothing says which datatrust is meant.
 *
 * @remedy Name its number with `--id`, put the whole `keys` folder back, or register one with `gristmill datatrust register`.
 */
export class WhichDatatrustError extends ProtocolError {
  readonly code = 'WHICH_DATATRUST' as const
  readonly next = 'gristmill datatrust register --url URL'

  constructor(directory: string) {
    super(
      `Nothing says which datatrust is meant: ${directory}/keys has no registration.json. Put all of the keys folder there, or name its number with --id.`,
      { details: { directory } },
    )
  }
}

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

/**
 * Thrown when a run that was tried would release nothing.
 *
 * @remedy Change the algorithm or its parameters by what the report says, then try again; nothing was ordered.
 */
export class WouldBeRefusedError extends ProtocolError {
  readonly code = 'WOULD_BE_REFUSED' as const

  constructor(verdict: string, reason: string) {
    super(`The run would end in ${verdict} and release nothing: ${reason}. Nothing was ordered.`, {
      details: { verdict, reason },
    })
  }
}

/**
 * Thrown when a model is not the one that an order brought.
 *
 * @remedy Name the order that brought it, or fetch the order's model again with `gristmill download ORDER --out FILE`.
 */
export class NotOfOrderError extends ProtocolError {
  readonly code = 'NOT_OF_ORDER' as const
  readonly next: string

  constructor(orderId: string, actual: string, expected: string | undefined) {
    super(`The file has the sha256 ${actual}; order ${orderId} brought ${expected ?? 'no model'}.`, {
      details: { orderId, actual, expected },
    })
    this.next = `gristmill download ${orderId} --out FILE`
  }
}

/**
 * Thrown when a file is not what a run was made of: nothing follows from repeating it with that.
 *
 * @remedy Take the very file: the data as it was listed, the algorithm as it was sent, the opening that the operator wrote for this order.
 */
export class NotOfRunError extends ProtocolError {
  readonly code = 'NOT_OF_RUN' as const

  constructor(what: 'opening' | 'algorithm' | 'data', expected: string, actual: string) {
    super(`${OF_RUN[what]}: the run was of ${expected}, this is ${actual}. Nothing was run.`, {
      details: { what, expected, actual },
    })
  }
}

const OF_RUN = {
  opening: 'The opening is of another run, or was changed (its hash)',
  algorithm: 'The algorithm is another one, or was changed (its sha256)',
  data: 'The data is other data, or was changed (its contentRoot)',
} as const

/**
 * Thrown when a run cannot be repeated here, for it was run by another version, or under other limits.
 *
 * @remedy Install the version of Gristmill, and of the runtime, that the datatrust ran it with; it has to name the same digest.
 */
export class RuntimeMismatchError extends ProtocolError {
  readonly code = 'RUNTIME_MISMATCH' as const

  constructor(runtime: string, expected: string, actual: string) {
    super(
      `The run was by ${runtime} ${expected}, this machine has ${actual}: repeat it with the version and the limits that the datatrust had.`,
      { details: { runtime, expected, actual } },
    )
  }
}

/**
 * Thrown when a run that was repeated came to something else than its receipt says.
 *
 * @remedy Keep the report and the receipt: with a deterministic runtime they show an arbiter that the receipt is wrong.
 */
export class NotReproducedError extends ProtocolError {
  readonly code = 'NOT_REPRODUCED' as const

  constructor(orderId: string, { checks, isDeterministic }: Reexecution) {
    const differs = checks.filter(({ isMet }) => !isMet).map(({ what }) => what)
    super(
      `The run of order ${orderId} came to another ${differs.join(', ')} here than its receipt says${isDeterministic ? '' : '; its runtime does not promise the same output, so this proves nothing by itself'}.`,
      { details: { orderId, differs, isDeterministic } },
    )
  }
}

/**
 * Thrown when a run over several listings is to be repeated with the data of one.
 *
 * @remedy Have its operator repeat it, or order a run on one listing: a joint run takes the data of all, and an opening of each.
 */
export class JointRunError extends ProtocolError {
  readonly code = 'JOINT_RUN' as const

  constructor(orderId: string, runId: string) {
    super(
      `Order ${orderId} is one of run ${runId} over several listings, which came to what it did with the data of all: it cannot be repeated with that of one.`,
      { details: { orderId, runId } },
    )
  }
}
