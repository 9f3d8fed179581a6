import { type Address, type DatatrustId, type MarketId, type OrderId, ProtocolError } from '@gristmill/protocol'

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

/** Thrown when a quote names a contract as session key: an Ack is taken only by a key's own signature, so none would come. */
export class AckKeyContractError extends ProtocolError {
  readonly code = 'ACK_KEY_CONTRACT' as const

  constructor(ackKey: Address) {
    super(
      `The session key ${ackKey} is a contract, which cannot sign the Ack of what arrives. ` +
        'Name the address of a key made for this order (createSessionKey); the buyer itself may be a contract.',
      { details: { ackKey } },
    )
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

/** Thrown when a curated market does not let this datatrust sell: no order of its listings here can be placed. */
export class NotAdmittedError extends ProtocolError {
  readonly code = 'NOT_ADMITTED' as const

  constructor(market: MarketId, datatrust: DatatrustId) {
    super(
      `Market ${market} is curated and does not admit datatrust ${datatrust} now. Choose a listing elsewhere, or wait until it does.`,
      { details: { market, datatrust } },
    )
  }
}

/** Thrown when the chain names another signing key for this datatrust than it has: its quotes would be refused. */
export class SignerReplacedError extends ProtocolError {
  readonly code = 'SIGNER_REPLACED' as const
  override readonly retryable = true

  constructor(datatrust: DatatrustId, signer: string) {
    super(
      `The chain names ${signer} as signer of datatrust ${datatrust}, and this server signs with another key. ` +
        'Ask again once its operator has started it with the new one.',
      { details: { datatrust, signer } },
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
