import { ProtocolError } from '@gristmill/protocol'

/** Thrown when there is no profile, or it cannot be used. */
export class ProfileError extends ProtocolError {
  readonly code = 'PROFILE' as const

  constructor(message: string, details: Readonly<Record<string, unknown>>) {
    super(message, { details })
  }
}

/** Thrown when a key file is missing, malformed, or readable by others. Never quotes the file. */
export class KeyFileError extends ProtocolError {
  readonly code = 'KEY_FILE' as const

  constructor(file: string, problem: string) {
    super(`${file}: ${problem}`, { details: { file } })
  }
}

/** Thrown when a file cannot be read or written. */
export class FileError extends ProtocolError {
  readonly code = 'FILE' as const

  constructor(file: string, problem: string, cause?: unknown) {
    super(`${file}: ${problem}`, { details: { file }, ...(cause === undefined ? {} : { cause }) })
  }
}

/** Thrown when an argument or an option has a value that cannot be. */
export class ArgumentError extends ProtocolError {
  readonly code = 'ARGUMENT' as const

  constructor(argument: string, problem: string) {
    super(`${argument}: ${problem}`, { details: { argument } })
  }
}

/** Thrown when an account cannot pay. Amounts are formatted. */
export class NotEnoughMoneyError extends ProtocolError {
  readonly code = 'NOT_ENOUGH_MONEY' as const

  constructor(price: string, wallet: string, vault: string) {
    super(
      `The price is ${price}, but the wallet holds ${wallet} and the Vault ${vault}: get more, or act as somebody else with --as.`,
      { details: { price, wallet, vault } },
    )
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
