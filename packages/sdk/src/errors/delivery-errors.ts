import { HOUR, type OrderId, ProtocolError } from '@gristmill/protocol'

/** What can be wrong with a fair delivery before anything is acknowledged. */
export type DeliveryFault =
  | 'leaves-withheld'
  | 'leaves-wrong'
  | 'leaves-size'
  | 'ciphertext-size'
  | 'ciphertext-changed'
  | 'ack-refused'

const FAULTS: Readonly<Record<DeliveryFault, string>> = {
  'leaves-withheld': 'the datatrust does not give its list of leaf hashes',
  'leaves-wrong': 'its list of leaf hashes does not hash to the content root that was bought',
  'leaves-size': 'its list of leaf hashes is shorter or longer than the content has cells',
  'ciphertext-size': 'the ciphertext is shorter or longer than the content that was bought',
  'ciphertext-changed': 'the ciphertext is not the one whose key was revealed',
  'ack-refused': 'the datatrust says that other bytes were sent than those which arrived',
}

/** How to have the money back: Orders takes a refund an hour after the time for fulfilment. */
function refundable(fulfilBy: number): { refundableAfter: number; text: string } {
  const refundableAfter = fulfilBy + HOUR
  return { refundableAfter, text: new Date(refundableAfter * 1_000).toISOString() }
}

/**
 * Thrown when what a datatrust delivers cannot be acknowledged, or is not what was acknowledged before. In the first case it
 * is not paid; in the second, without `details.refundableAfter`, the key is public and the order is past a refund.
 *
 * @remedy Try again; if it stays so, refund the order after `details.refundableAfter`.
 */
export class DeliveryFaultError extends ProtocolError {
  readonly code = 'DELIVERY_FAULT' as const
  override readonly retryable = true
  readonly fault: DeliveryFault

  /** `fulfilBy`: Unix seconds; undefined once the key is public. */
  constructor(orderId: OrderId, fault: DeliveryFault, fulfilBy: number | undefined, cause?: unknown) {
    const { refundableAfter, text } = fulfilBy === undefined ? {} : refundable(fulfilBy)
    const remedy = text === undefined ? '.' : `; if it stays so, take the price back after ${text}.`
    super(`Order ${orderId} was not delivered: ${FAULTS[fault]}. Try again${remedy}`, {
      details: { orderId, fault, ...(refundableAfter === undefined ? {} : { refundableAfter }) },
      ...(cause === undefined ? {} : { cause }),
    })
    this.fault = fault
  }
}

/** Thrown when a key was not revealed in time, although the ciphertext was acknowledged. */
export class KeyLateError extends ProtocolError {
  readonly code = 'KEY_LATE' as const
  /** Unix seconds. */
  readonly refundableAfter: number

  constructor(orderId: OrderId, fulfilBy: number) {
    const { refundableAfter, text } = refundable(fulfilBy)
    super(
      `The datatrust did not reveal the key of order ${orderId} in time: take the price back after ${text}. Until somebody does, a late key still counts.`,
      { details: { orderId, fulfilBy, refundableAfter } },
    )
    this.refundableAfter = refundableAfter
  }
}

/** Thrown when a fair exchange is to be downloaded without the session key that its deal names. */
export class SessionKeyError extends ProtocolError {
  readonly code = 'SESSION_KEY' as const

  constructor(orderId: OrderId, ackKey: string, given: string, fulfilBy: number) {
    const { refundableAfter, text } = refundable(fulfilBy)
    super(
      `Order ${orderId} can be acknowledged with the session key ${ackKey} only, not with ${given}: pass that one; if it is lost, take the price back after ${text}.`,
      { details: { orderId, ackKey, given, refundableAfter } },
    )
  }
}

/** What became of the complaint about a wrong cell; amounts in units of the asset's decimals. */
export interface UpheldComplaint {
  /** The price, back with the buyer. */
  refunded: bigint
  /** To the buyer, from the datatrust's bond. */
  compensation: bigint
  /** To nobody, from the datatrust's bond. */
  burnt: bigint
  transactionHash: string
}

/**
 * Thrown when a cell of a fair delivery was not what was promised. `complaint` says what came back; it is absent if the
 * complaint could not be sent, for the reason in `cause`.
 *
 * @remedy Discard what was received. Without `complaint`: send the kept evidence with `client.orders.complain`, or with
 * `gristmill order complain`, before the order's window is over.
 */
export class WrongDeliveryError extends ProtocolError {
  readonly code = 'WRONG_DELIVERY' as const
  /** Counted from 0. */
  readonly cell: number
  readonly complaint: UpheldComplaint | undefined

  constructor(params: {
    orderId: OrderId
    cell: number
    complaint?: UpheldComplaint
    evidenceAt?: string | undefined
    cause?: unknown
  }) {
    const { orderId, cell, complaint, evidenceAt, cause } = params
    const kept = evidenceAt === undefined ? '' : ` The evidence is in ${evidenceAt}.`
    const outcome =
      complaint === undefined
        ? `The complaint could not be sent: complain before the window of the order is over.`
        : `It was proved on chain: the price of ${complaint.refunded} is back in the Vault with ${complaint.compensation} of the datatrust's bond, and ${complaint.burnt} of it were burnt (units of the asset).`
    super(`Cell ${cell} of order ${orderId} was not what was promised. ${outcome}${kept}`, {
      details: { orderId, cell, evidenceAt, ...(complaint === undefined ? {} : shown(complaint)) },
      ...(cause === undefined ? {} : { cause }),
    })
    this.cell = cell
    this.complaint = complaint
  }
}

function shown({ refunded, compensation, burnt, transactionHash }: UpheldComplaint) {
  return { refunded: `${refunded}`, compensation: `${compensation}`, burnt: `${burnt}`, transactionHash }
}
