import type { DecryptionKey } from '@gristmill/envelope'
import type { Hex, Metric, OrderId, Receipt } from '@gristmill/protocol'
import { hexlify } from 'ethers'
import type { Connection } from '../connection.js'
import { BadAnswerError } from '../errors/datatrust-errors.js'
import { ContentMismatchError, RunFailedError } from '../errors/mismatch-errors.js'
import { readBounded } from '../http/read-bounded.js'
import { fetchMessage } from './fetch-message.js'
import { findDelivered, findPlaced } from './get-order.js'
import { verifyReceipt } from './verify-receipt.js'
import { getOrderDocument } from './wait-for-order.js'

/** Largest model that is held in memory, bytes. */
const MODEL_BYTES_MAX = 256 * 1_048_576

/** What `client.orders.collectModel` takes. */
export interface CollectModelParams {
  orderId: OrderId
  /** Of the recipient named in the quote: armored, or unlocked by `readDecryptionKey`. */
  privateKey: string | DecryptionKey
}

/** What `client.orders.collectModel` gives. */
export interface CollectModelResult {
  /** safetensors. */
  model: Uint8Array
  /** Verified: signed by the datatrust, for this order, held by the chain; names the model's hash. */
  receipt: Receipt
  receiptSignature: Hex
  /** What the runner measured on rows that the algorithm did not see; the datatrust's word alone. */
  metrics: Metric[]
}

/** Collects the model of a compute order and checks it against the receipt, and the receipt against the chain. */
export async function collectModel(connection: Connection, params: CollectModelParams): Promise<CollectModelResult> {
  const { orderId, privateKey } = params
  const [{ deal, goods }, delivered, document] = await Promise.all([
    findPlaced(connection, orderId),
    findDelivered(connection, orderId),
    getOrderDocument(connection, { orderId }),
  ])
  const { receipt, receiptSignature: signature, metrics = [] } = document
  const resource = `/v1/orders/${orderId}`
  if (receipt === undefined || signature === undefined)
    throw new BadAnswerError(resource, 'no receipt of a fulfilled run')
  const onChain = delivered.type === 'revealed' ? delivered.delivery.receiptHash : delivered.deliveryHash
  const terms = { orderId, datatrust: deal.datatrust, goods, deliveryHash: onChain }
  await verifyReceipt(connection, { ...terms, receipt, signature })
  if (receipt.verdict !== 'OK') throw new RunFailedError(receipt)
  const sizeBytes = Number(receipt.releasedBytes)
  if (sizeBytes > MODEL_BYTES_MAX) throw new BadAnswerError(resource, `a model of more than ${MODEL_BYTES_MAX} bytes`)
  const plaintext = fetchMessage(connection, { orderId, privateKey, maxBytes: sizeBytes })
  const model = await readBounded(plaintext, sizeBytes, `${resource}/message`)
  if (model.length !== sizeBytes) throw new ContentMismatchError('sizeBytes', sizeBytes, model.length)
  const sha256 = hexlify(connection.sha256.hash(model))
  if (sha256 !== receipt.releasedHash) throw new ContentMismatchError('sha256', receipt.releasedHash, sha256)
  return { model, receipt, receiptSignature: signature, metrics }
}
