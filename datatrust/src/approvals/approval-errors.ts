import { type Hex, type OrderId, ProtocolError } from '@gristmill/protocol'

/**
 * Thrown when no run of an order waits for the calling account.
 *
 * @remedy See `GET /v1/approvals` for what waits.
 */
export class ApprovalNotFoundError extends ProtocolError {
  readonly code = 'APPROVAL_NOT_FOUND' as const

  constructor(orderId: OrderId) {
    super(`No run of order ${orderId} waits for a decision of this account. See GET /v1/approvals.`, {
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

/** Thrown when a decision is not signed by the account that sends it. */
export class ApprovalSignatureError extends ProtocolError {
  readonly code = 'APPROVAL_SIGNATURE' as const

  constructor(orderId: OrderId) {
    super(
      `The decision about order ${orderId} is not signed by who sends it. Sign the Approval with the account that decides.`,
      { details: { orderId } },
    )
  }
}

/** Thrown when a reviewer decides about a run that the same account ordered. */
export class OwnOrderApprovalError extends ProtocolError {
  readonly code = 'OWN_ORDER_APPROVAL' as const

  constructor(orderId: OrderId) {
    super(
      `Order ${orderId} is this account's own: nobody reviews what they ordered. Leave it to the other reviewers.`,
      {
        details: { orderId },
      },
    )
  }
}

/** Thrown when too few reviewers of a policy would be left for an order of one of them. */
export class TooFewReviewersError extends ProtocolError {
  readonly code = 'TOO_FEW_REVIEWERS' as const

  constructor(needed: number, left: number) {
    super(
      `A run of this account could not be approved: the policy needs ${needed} reviewers who did not order it, and has ${left}. ` +
        'Order with an account that reviews nothing, or ask the maker to name more reviewers.',
      { details: { needed, left } },
    )
  }
}
