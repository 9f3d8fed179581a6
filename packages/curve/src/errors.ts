/**
 * Base of what this package refuses. It has the shape of every Gristmill error (`code`, `details`, `retryable`), so
 * `isProtocolError` of @gristmill/protocol recognises it, though this package depends on nothing.
 */
export abstract class CurveError extends Error {
  abstract readonly code: string
  /** Offending values, amounts as decimal strings. */
  readonly details: Readonly<Record<string, string>>
  readonly retryable: boolean = false

  constructor(message: string, details: Readonly<Record<string, bigint | number>>) {
    super(message)
    this.name = new.target.name
    this.details = Object.fromEntries(Object.entries(details).map(([key, value]) => [key, value.toString()]))
  }
}

/** An amount of money or shares is zero, negative or above what one call takes; `Markets_BadAmount` on chain. */
export class AmountOutOfRangeError extends CurveError {
  readonly code = 'AMOUNT_OUT_OF_RANGE' as const

  constructor(amount: bigint, max: bigint) {
    super(`amount ${amount} is outside of 1..${max}: split it, or pass at least one unit`, { amount, max })
  }
}

/** The curve cannot compute this exactly within 256 bits; `Curve_OutOfRange` on chain. */
export class CurveOutOfRangeError extends CurveError {
  readonly code = 'CURVE_OUT_OF_RANGE' as const

  constructor(amount: bigint, supply: bigint) {
    super(`the curve cannot price ${amount} units at a supply of ${supply}: pass less`, { amount, supply })
  }
}

/** p0 or k mean nothing to the curve; `Curve_BadParameters` on chain, where no market can be created with them. */
export class CurveParametersError extends CurveError {
  readonly code = 'CURVE_PARAMETERS' as const

  constructor(p0: bigint, k: bigint) {
    super(`the curve has no meaning for p0 = ${p0} and k = ${k}: give what it takes them for`, { p0, k })
  }
}

/** A seed does not pay for the one share that stays for ever; `Markets_SeedTooSmall` on chain. */
export class SeedTooSmallError extends CurveError {
  readonly code = 'SEED_TOO_SMALL' as const

  constructor(seed: bigint, min: bigint) {
    super(`seed ${seed} is below p0 = ${min}, the price of the share that stays for ever: pass at least that`, {
      seed,
      min,
    })
  }
}

/** More shares than there are, or than anybody can hold: the supply without those that stay for ever. */
export class SharesOutOfRangeError extends CurveError {
  readonly code = 'SHARES_OUT_OF_RANGE' as const

  constructor(shares: bigint, { min, max }: { min: bigint; max: bigint }) {
    super(`${shares} shares is outside of ${min}..${max}: pass no more than is held`, { shares, min, max })
  }
}

/** An amount is too small to buy the smallest part of a share; `Markets_TooFewShares` on chain. */
export class NoSharesError extends CurveError {
  readonly code = 'NO_SHARES' as const

  constructor(amount: bigint) {
    super(`${amount} units buy no share at this price: pass more`, { amount })
  }
}

/** A balance of a market would leave its storage width of 128 bits, or fall below zero. */
export class BalanceOutOfRangeError extends CurveError {
  readonly code = 'BALANCE_OUT_OF_RANGE' as const

  constructor(balance: string, value: bigint) {
    super(`${balance} of the market would become ${value}, outside of 0..2^128-1: pass a smaller change`, { value })
  }
}

/** An instant lies before the market's last accrual. */
export class TimeReversedError extends CurveError {
  readonly code = 'TIME_REVERSED' as const

  constructor(now: number, lastAccrual: number) {
    super(`now = ${now} is before the last accrual at ${lastAccrual}: pass the timestamp of a later block`, {
      now,
      lastAccrual,
    })
  }
}
