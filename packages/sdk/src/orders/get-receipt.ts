import type { Hex, ListingDocument, Metric, Provenance, Receipt } from '@gristmill/protocol'
import type { Connection } from '../connection.js'
import type { DatatrustSigner } from '../datatrusts/find-signer.js'
import { BadAnswerError } from '../errors/datatrust-errors.js'
import { getListing } from '../listings/get-listing.js'
import type { OrderTerms } from './fulfil-order.js'
import { findDelivered, findPlaced } from './get-order.js'
import { type OrderParams, statusOf } from './order-status.js'
import type { SessionKey } from './session-key.js'
import { verifyProvenance } from './verify-provenance.js'
import { verifyReceipt } from './verify-receipt.js'
import { getOrderDocument } from './wait-for-order.js'

/** A receipt as a datatrust tells it. */
export interface ToldReceipt {
  receipt: Receipt
  receiptSignature: Hex
  provenance: Provenance
  /** The datatrust's word alone. */
  metrics?: Metric[] | undefined
}

/** What `client.orders.receipt` takes. */
export interface GetReceiptParams extends OrderParams {
  /** Asks in place of the account, for an order that names it. */
  session?: SessionKey | undefined
  /** A receipt that somebody passed on; default: the datatrust is asked, which tells the order's buyer and maker alone. */
  told?: ToldReceipt | undefined
}

/** A receipt that was compared with all that is public of its order. */
export interface VerifiedReceipt extends OrderTerms, ToldReceipt, DatatrustSigner {
  /** Of the order's listing. */
  document: ListingDocument
  /** False: the chain holds nothing of the run yet, and may come to hold another receipt. */
  isOnChain: boolean
}

/**
 * The receipt of a run that is over, with the statement of how it came about. Throws ReceiptMismatchError unless the
 * datatrust signed it for this order, by an address it answers for, the chain holds no other, and order and listing say the
 * same in every field.
 */
export async function getReceipt(connection: Connection, params: GetReceiptParams): Promise<VerifiedReceipt> {
  const { deal, goods } = await findPlaced(connection, params.orderId)
  return verifiedReceipt(connection, { ...params, deal, goods })
}

/** The same for an order whose terms are known. */
export async function verifiedReceipt(
  connection: Connection,
  params: GetReceiptParams & OrderTerms,
): Promise<VerifiedReceipt> {
  const { orderId, deal, goods, session } = params
  const { datatrust, listing } = deal
  const told = params.told ?? (await askForReceipt(connection, { orderId, session }))
  const { receipt, receiptSignature: signature, provenance } = told
  const deliveryHash = await receiptHashOnChain(connection, params)
  const signed = await verifyReceipt(connection, { orderId, datatrust, goods, deliveryHash, receipt, signature })
  const { document } = await getListing(connection, { listing })
  verifyProvenance(connection, { orderId, datatrust, goods, document, receipt, provenance })
  return { ...told, deal, goods, ...signed, document, isOnChain: deliveryHash !== undefined }
}

async function askForReceipt(connection: Connection, params: GetReceiptParams): Promise<ToldReceipt> {
  const { receipt, receiptSignature, provenance, metrics } = await getOrderDocument(connection, params)
  if (receipt === undefined || receiptSignature === undefined || provenance === undefined) {
    throw new BadAnswerError(`/v1/orders/${params.orderId}`, 'no receipt with its provenance of a run that is over')
  }
  return { receipt, receiptSignature, provenance, metrics }
}

/** Undefined as long as nothing of the run is on chain. */
async function receiptHashOnChain(connection: Connection, { orderId }: OrderParams): Promise<Hex | undefined> {
  const { status } = await statusOf(connection, { orderId })
  if (status === 'none' || status === 'placed' || status === 'refunded') return undefined
  const delivered = await findDelivered(connection, orderId)
  return delivered.type === 'revealed' ? delivered.delivery.receiptHash : delivered.deliveryHash
}
