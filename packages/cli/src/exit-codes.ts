/** What the process ends with; part of what scripts rely on. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  /** Declined at the question, or there was nobody to ask and no `--yes`. */
  unconfirmed: 3,
  /** Tokens or native coin. */
  notEnoughMoney: 4,
  interrupted: 130,
} as const

const BY_CODE: Readonly<Record<string, number>> = {
  ARGUMENT: EXIT.usage,
  CONFIRMATION_NEEDED: EXIT.unconfirmed,
  DECLINED: EXIT.unconfirmed,
  REJECTED: EXIT.unconfirmed,
  NOT_ENOUGH_MONEY: EXIT.notEnoughMoney,
  NOT_ENOUGH_SHARES: EXIT.notEnoughMoney,
  NOT_ENOUGH_GAS: EXIT.notEnoughMoney,
  INSUFFICIENT_FUNDS: EXIT.notEnoughMoney,
  ERC6909_INSUFFICIENT_BALANCE: EXIT.notEnoughMoney,
  ERC20_INSUFFICIENT_BALANCE: EXIT.notEnoughMoney,
}

/** The exit code for an error's `code`. */
export function exitCodeOf(code: string): number {
  return BY_CODE[code] ?? EXIT.failed
}
