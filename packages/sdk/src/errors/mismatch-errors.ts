import { type ListingId, type OrderId, ProtocolError, type Receipt, type Verdict } from '@gristmill/protocol'

/** A value as it goes into the details of an error. */
const shown = (value: unknown): string => String(value)

/** Thrown when a datatrust's card names another chain, other contracts or another signer than the chain does. */
export class CardMismatchError extends ProtocolError {
  readonly code = 'CARD_MISMATCH' as const
  readonly field: string

  constructor(field: string, expected: unknown, actual: unknown) {
    super(
      `The datatrust says its ${field} is ${shown(actual)}, but it is ${shown(expected)} here: use the URL of a datatrust on this chain and deployment.`,
      { details: { field, expected: shown(expected), actual: shown(actual) } },
    )
    this.field = field
  }
}

/** Thrown when a quote differs from what was asked for or from what the chain says, before anything is signed. */
export class QuoteMismatchError extends ProtocolError {
  readonly code = 'QUOTE_MISMATCH' as const
  /** Path into the quote, as `deal.price`. */
  readonly field: string

  constructor(field: string, expected: unknown, actual: unknown) {
    super(
      `The quote says ${field} is ${shown(actual)}, but it must be ${shown(expected)}: do not place it; ask for a new one, and leave this datatrust if that is wrong too.`,
      { details: { field, expected: shown(expected), actual: shown(actual) } },
    )
    this.field = field
  }
}

/** Thrown when a datatrust describes a listing otherwise than the chain commits to. */
export class ListingMismatchError extends ProtocolError {
  readonly code = 'LISTING_MISMATCH' as const
  readonly field: string

  constructor(listing: ListingId, field: string, expected: unknown, actual: unknown) {
    super(
      `The datatrust describes listing ${listing} with ${field} ${shown(actual)}, the chain commits to ${shown(expected)}: do not buy on this description.`,
      { details: { listing, field, expected: shown(expected), actual: shown(actual) } },
    )
    this.field = field
  }
}

/** Thrown when a datatrust attests something else than the maker asked for. */
export class AttestationMismatchError extends ProtocolError {
  readonly code = 'ATTESTATION_MISMATCH' as const
  readonly field: string

  constructor(field: string, expected: unknown, actual: unknown) {
    super(
      `The datatrust attested ${field} ${shown(actual)} instead of ${shown(expected)}: nothing was published; upload again or leave this datatrust.`,
      { details: { field, expected: shown(expected), actual: shown(actual) } },
    )
    this.field = field
  }
}

/**
 * Thrown when bytes are not those that were promised, at their end and before success is reported.
 *
 * @remedy Discard what was received; try again, and keep the order's id as evidence.
 */
export class ContentMismatchError extends ProtocolError {
  readonly code = 'CONTENT_MISMATCH' as const
  readonly field: string

  constructor(field: string, expected: unknown, actual: unknown) {
    super(
      `The content is wrong: its ${field} is ${shown(actual)} instead of ${shown(expected)}. Discard what was received; try again, and keep the order's id as evidence.`,
      { details: { field, expected: shown(expected), actual: shown(actual) } },
    )
    this.field = field
  }
}

/** Thrown when a receipt is not signed by the datatrust, or speaks of something else than the order. */
export class ReceiptMismatchError extends ProtocolError {
  readonly code = 'RECEIPT_MISMATCH' as const
  readonly field: string

  constructor(orderId: OrderId, field: string, expected: unknown, actual: unknown) {
    super(
      `The receipt of order ${orderId} has ${field} ${shown(actual)} instead of ${shown(expected)}: do not accept it; keep it as evidence against the datatrust.`,
      { details: { orderId, field, expected: shown(expected), actual: shown(actual) } },
    )
    this.field = field
  }
}

/** Thrown when a model is asked for of a run that released none. */
export class RunFailedError extends ProtocolError {
  readonly code = 'RUN_FAILED' as const
  readonly verdict: Verdict
  /** Verified. */
  readonly receipt: Receipt

  constructor(receipt: Receipt) {
    super(
      `The run of order ${receipt.orderId} ended with ${receipt.verdict} and released no model: correct the algorithm or its parameters and order again; all but the failure share of the price comes back when the order is settled.`,
      { details: { orderId: receipt.orderId, verdict: receipt.verdict } },
    )
    this.verdict = receipt.verdict
    this.receipt = receipt
  }
}
