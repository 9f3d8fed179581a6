import { type Hex, type OrderId, ProtocolError, type Verdict } from '@gristmill/protocol'

/** Thrown when the chain knows no order of an id. */
export class OrderUnknownError extends ProtocolError {
  readonly code = 'ORDER_UNKNOWN' as const

  constructor(orderId: OrderId) {
    super(`No order ${orderId} was placed on this chain: check the id and the chain.`, { details: { orderId } })
  }
}

/** Thrown when nothing more comes of an order: it is settled, expired or refunded, or its run released nothing. */
export class OrderClosedError extends ProtocolError {
  readonly code = 'ORDER_CLOSED' as const

  constructor(orderId: OrderId, state: string) {
    super(`Order ${orderId} is ${state}: nothing more will come; if it was not fulfilled, refund it.`, {
      details: { orderId, state },
    })
  }
}

/** Thrown when an order did not reach the awaited state in time. */
export class OrderWaitTimeoutError extends ProtocolError {
  readonly code = 'ORDER_WAIT_TIMEOUT' as const
  override readonly retryable = true

  constructor(orderId: OrderId, state: string, timeoutMs: number) {
    super(
      `Order ${orderId} is still ${state} after ${timeoutMs} ms: wait on, or refund it an hour after its fulfilment time.`,
      { details: { orderId, state, timeoutMs } },
    )
  }
}

/** Thrown when a market's window is shorter than the buyer accepts. */
export class ShortWindowError extends ProtocolError {
  readonly code = 'SHORT_WINDOW' as const

  constructor(windowSeconds: number, minWindowSeconds: number) {
    super(
      `The market leaves ${windowSeconds} s to look at a result, less than ${minWindowSeconds} s: pass minWindowSeconds to accept that.`,
      { details: { windowSeconds, minWindowSeconds } },
    )
  }
}

/** Thrown when an acceptance is asked for of an order that is not fulfilled. */
export class NotFulfilledError extends ProtocolError {
  readonly code = 'NOT_FULFILLED' as const

  constructor(orderId: OrderId, status: string) {
    super(`Order ${orderId} is ${status}, not fulfilled: wait for its fulfilment first.`, {
      details: { orderId, status },
    })
  }
}

/** Thrown when a complaint is asked for of an order whose key was not revealed. */
export class NotRevealedError extends ProtocolError {
  readonly code = 'NOT_REVEALED' as const

  constructor(orderId: OrderId, status: string) {
    super(`The key of order ${orderId}, which is ${status}, was not revealed: there is nothing to complain about.`, {
      details: { orderId, status },
    })
  }
}

/** Thrown when a complaint is asked for of a delivery in which every cell is what was promised. */
export class NoWrongCellError extends ProtocolError {
  readonly code = 'NO_WRONG_CELL' as const

  constructor(orderId: OrderId) {
    super(
      `Every cell of order ${orderId} is what was promised: accept it, or let it settle. That says nothing about its quality.`,
      { details: { orderId } },
    )
  }
}

/** Thrown when an acceptance is asked for of a run that released no model. */
export class NothingReleasedError extends ProtocolError {
  readonly code = 'NOTHING_RELEASED' as const

  constructor(orderId: OrderId, verdict: Verdict) {
    super(
      `The run of order ${orderId} ended with ${verdict} and released no model: an acceptance would pay the whole price for it; settle it after its window instead, which costs the failure share.`,
      { details: { orderId, verdict } },
    )
  }
}

/** Thrown when a contract answers a number that this version has no name for. */
export class BadNumberError extends ProtocolError {
  readonly code = 'BAD_NUMBER' as const

  constructor(what: string, value: bigint) {
    super(
      `The contract says ${what} ${value}, which this version does not know: use the version made for this deployment.`,
      {
        details: { what, value: value.toString() },
      },
    )
  }
}

/**
 * Thrown when the receipt that an order holds is nowhere to be read: the chain keeps its hash alone.
 *
 * @remedy Call `contradict` of the contract Orders with the receipt that the datatrust told, if it is the one with this hash.
 */
export class ReceiptNotFoundError extends ProtocolError {
  readonly code = 'RECEIPT_NOT_FOUND' as const

  constructor(orderId: OrderId, hash: Hex) {
    super(
      `The transaction that posted the receipt of order ${orderId} does not show it (hash ${hash}): a contract sent it. Call contradict of the contract Orders with it.`,
      { details: { orderId, hash } },
    )
  }
}
