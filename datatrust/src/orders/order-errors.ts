import { type Hex, type OrderId, ProtocolError } from '@gristmill/protocol'

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

/**
 * Thrown when the message or the opening of a fair exchange is asked for.
 *
 * @remedy Fetch the order's ciphertext and leaves, acknowledge them, and take the key from the chain: `orders.download` does.
 */
export class NotDirectError extends ProtocolError {
  readonly code = 'NOT_DIRECT' as const

  constructor(orderId: OrderId) {
    super(`Order ${orderId} is a fair exchange: it has no message. Fetch its ciphertext and its leaves instead.`, {
      details: { orderId },
    })
  }
}

/**
 * Thrown when ciphertext, leaves or an Ack are meant for an order that is not a fair exchange.
 *
 * @remedy Collect the message of the order instead.
 */
export class NotFairError extends ProtocolError {
  readonly code = 'NOT_FAIR' as const

  constructor(orderId: OrderId) {
    super(`Order ${orderId} is no fair exchange: it has neither ciphertext nor leaves. Collect its message instead.`, {
      details: { orderId },
    })
  }
}

/** Thrown when an Ack names other bytes than this datatrust has encrypted for the order. */
export class AckMismatchError extends ProtocolError {
  readonly code = 'ACK_MISMATCH' as const

  constructor(orderId: OrderId, cipherRoot: Hex) {
    super(
      `The ciphertext of order ${orderId} does not have the root ${cipherRoot}. Discard what arrived and fetch it again.`,
      { details: { orderId, cipherRoot } },
    )
  }
}

/** Thrown when an Ack is not signed by the session key that the deal names. */
export class AckSignatureError extends ProtocolError {
  readonly code = 'ACK_SIGNATURE' as const

  constructor(orderId: OrderId, ackKey: string) {
    super(`The Ack of order ${orderId} is not signed by its session key ${ackKey}. Sign it with that key.`, {
      details: { orderId, ackKey },
    })
  }
}

/** Thrown when the master secret is not the one that the key of a quote was derived from. */
export class DeliveryKeyLostError extends ProtocolError {
  readonly code = 'DELIVERY_KEY_LOST' as const

  constructor(orderId: OrderId) {
    super(
      `The key of order ${orderId} does not follow from the key file any more. Restore the file, or let the buyer take the price back.`,
      { details: { orderId } },
    )
  }
}
