import { ProtocolError } from '@gristmill/protocol'

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

/** Thrown when a price is above what the user allowed. Amounts are formatted. */
export class PriceTooHighError extends ProtocolError {
  readonly code = 'PRICE_TOO_HIGH' as const

  constructor(price: string, maxPrice: string) {
    super(`The price is ${price}, above --max-price ${maxPrice}: nothing was ordered; raise it to go on.`, {
      details: { price, maxPrice },
    })
  }
}
