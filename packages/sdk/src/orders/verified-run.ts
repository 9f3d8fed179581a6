import type { Hex, Metric, OrderId, Receipt } from '@gristmill/protocol'
import type { Connection } from '../connection.js'
import { BadAnswerError } from '../errors/datatrust-errors.js'
import { RunFailedError } from '../errors/mismatch-errors.js'
import type { Bought } from './download-order.js'
import type { OrderTerms } from './fulfil-order.js'
import { findDelivered } from './get-order.js'
import { statusOf } from './order-status.js'
import type { SessionKey } from './session-key.js'
import { verifyReceipt } from './verify-receipt.js'
import { getOrderDocument } from './wait-for-order.js'

/** A run that released a model, as its datatrust answers for it. */
export interface VerifiedRun {
  receipt: Receipt
  receiptSignature: Hex
  metrics: Metric[]
  /** The model, for the fair exchange. */
  bought: Bought
}

interface VerifiedRunParams extends OrderTerms {
  orderId: OrderId
  session?: SessionKey | undefined
}

/**
 * The receipt of a run, signed by the datatrust for this order, and the one that the chain holds once it holds one.
 * Throws RunFailedError if the run released nothing.
 */
export async function verifiedRun(connection: Connection, params: VerifiedRunParams): Promise<VerifiedRun> {
  const { orderId, deal, goods, session } = params
  const { receipt, receiptSignature, metrics = [] } = await getOrderDocument(connection, { orderId, session })
  if (receipt === undefined || receiptSignature === undefined) {
    throw new BadAnswerError(`/v1/orders/${orderId}`, 'no receipt of a run that is over')
  }
  const { datatrust } = deal
  const deliveryHash = await receiptHashOnChain(connection, orderId)
  await verifyReceipt(connection, { orderId, datatrust, goods, deliveryHash, receipt, signature: receiptSignature })
  if (receipt.verdict !== 'OK') throw new RunFailedError(receipt)
  const bought = { contentRoot: receipt.releasedRoot, sizeBytes: Number(receipt.releasedBytes) }
  return { receipt, receiptSignature, metrics, bought }
}

/** Undefined as long as nothing of the run is on chain. */
async function receiptHashOnChain(connection: Connection, orderId: OrderId): Promise<Hex | undefined> {
  const { status } = await statusOf(connection, { orderId })
  if (status === 'none' || status === 'placed' || status === 'refunded') return undefined
  const delivered = await findDelivered(connection, orderId)
  return delivered.type === 'revealed' ? delivered.delivery.receiptHash : delivered.deliveryHash
}
