import { type OrderId, ProtocolError } from '@gristmill/protocol'

/** Thrown when this datatrust has quoted no order of an id. */
export class OrderNotFoundError extends ProtocolError {
  readonly code = 'ORDER_NOT_FOUND' as const

  constructor(orderId: OrderId) {
    super(`This datatrust knows no order ${orderId}. Check the id; quotes that were not placed are forgotten.`, {
      details: { orderId },
    })
  }
}

/** Thrown when somebody asks for an order of others. */
export class NotOrderPartyError extends ProtocolError {
  readonly code = 'NOT_ORDER_PARTY' as const

  constructor(orderId: OrderId, who: 'buyer' | 'buyer or maker') {
    super(`Only the ${who} of order ${orderId} may ask for this. Sign with that account.`, {
      details: { orderId, who },
    })
  }
}

/** Thrown when an order was quoted, but the chain holds no payment for it. */
export class OrderNotPaidError extends ProtocolError {
  readonly code = 'ORDER_NOT_PAID' as const
  override readonly retryable = true

  constructor(orderId: OrderId) {
    super(`Order ${orderId} is not placed on chain, or not confirmed yet. Place it, or wait for its block.`, {
      details: { orderId },
    })
  }
}

/**
 * Thrown when what is asked for is not there yet.
 *
 * @remedy Ask again later.
 */
export class OrderNotReadyError extends ProtocolError {
  readonly code = 'ORDER_NOT_READY' as const
  override readonly retryable = true

  constructor(orderId: OrderId, state: string) {
    super(`Order ${orderId} is ${state}: there is nothing to collect yet. Ask again later.`, {
      details: { orderId, state },
    })
  }
}

/** Thrown when nothing more comes of an order: it is settled, expired or refunded, or its run released nothing. */
export class OrderClosedError extends ProtocolError {
  readonly code = 'ORDER_CLOSED' as const

  constructor(orderId: OrderId, reason: string) {
    super(`Nothing comes of order ${orderId}: ${reason}. If it was not fulfilled, refund it.`, {
      details: { orderId, reason },
    })
  }
}

/**
 * Thrown when the opening of a run is asked for: the sponsor gets a model, never the data.
 *
 * @remedy Collect the message of the order instead: it holds the model.
 */
export class NoOpeningError extends ProtocolError {
  readonly code = 'NO_OPENING' as const

  constructor(orderId: OrderId) {
    super(`Order ${orderId} is a run: it has no opening. Collect its message instead.`, { details: { orderId } })
  }
}
