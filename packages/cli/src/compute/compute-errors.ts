import { ProtocolError } from '@gristmill/protocol'

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
