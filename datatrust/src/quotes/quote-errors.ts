import { type OrderId, ProtocolError } from '@gristmill/protocol'

/** Thrown when the buyer's number for the order is used up. */
export class OrderExistsError extends ProtocolError {
  readonly code = 'ORDER_EXISTS' as const

  constructor(orderId: OrderId, n: bigint) {
    super(`Number ${n} was used for this listing before (order ${orderId}). Take another n.`, {
      details: { orderId, n: n.toString() },
    })
  }
}

/** Thrown when a number stands for another wish of the buyer, whose quote can still be placed. */
export class QuoteConflictError extends ProtocolError {
  readonly code = 'QUOTE_CONFLICT' as const

  constructor(orderId: OrderId, n: bigint, field: string) {
    super(`Number ${n} was quoted for this listing with another ${field} (order ${orderId}). Take another n.`, {
      details: { orderId, n: n.toString(), field },
    })
  }
}

/** Thrown when this datatrust's bond does not suffice for a market now. */
export class BondTooLowError extends ProtocolError {
  readonly code = 'BOND_TOO_LOW' as const

  constructor(bond: bigint, minBond: bigint) {
    super(
      `This datatrust's bond counts ${bond} in this market, which asks for ${minBond} (units of its asset). ` +
        'No order can be placed until its operator bonds more.',
      { details: { bond: bond.toString(), minBond: minBond.toString() } },
    )
  }
}

/** Thrown when too many quotes of one buyer could still be placed. */
export class TooManyQuotesError extends ProtocolError {
  readonly code = 'TOO_MANY_QUOTES' as const
  override readonly retryable = true

  constructor(max: number) {
    super(`${max} quotes of this account can still be placed. Place one, or wait until they end.`, { details: { max } })
  }
}
