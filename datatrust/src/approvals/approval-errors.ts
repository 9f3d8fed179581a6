import { type Hex, type OrderId, ProtocolError } from '@gristmill/protocol'

/**
 * Thrown when no run of an order waits for the calling maker.
 *
 * @remedy See `GET /v1/approvals` for what waits.
 */
export class ApprovalNotFoundError extends ProtocolError {
  readonly code = 'APPROVAL_NOT_FOUND' as const

  constructor(orderId: OrderId) {
    super(`No run of order ${orderId} on this account's data waits for a decision. See GET /v1/approvals.`, {
      details: { orderId },
    })
  }
}

/**
 * Thrown when a decision was made otherwise before.
 *
 * @remedy Leave it: a decision is not changed. `details` say how it was made.
 */
export class ApprovalConflictError extends ProtocolError {
  readonly code = 'APPROVAL_CONFLICT' as const

  constructor(orderId: OrderId, approved: boolean) {
    super(`Order ${orderId} was ${approved ? 'approved' : 'rejected'} before. A decision is not changed.`, {
      details: { orderId, approved },
    })
  }
}

/** Thrown when an approval is about another order or another model than the one that waits. */
export class ApprovalMismatchError extends ProtocolError {
  readonly code = 'APPROVAL_MISMATCH' as const

  constructor(orderId: OrderId, expected: Hex, actual: Hex) {
    super(`The decision names the model ${actual}, order ${orderId} waits with ${expected}. Look again, then sign.`, {
      details: { orderId, expected, actual },
    })
  }
}

/** Thrown when a decision is not signed by the maker. */
export class ApprovalSignatureError extends ProtocolError {
  readonly code = 'APPROVAL_SIGNATURE' as const

  constructor(orderId: OrderId) {
    super(
      `The decision about order ${orderId} is not signed by the maker. Sign the Approval with the maker's account.`,
      {
        details: { orderId },
      },
    )
  }
}
