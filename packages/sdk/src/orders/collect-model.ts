import { type Hex, type Metric, type Provenance, type Receipt, ZERO_BYTES32 } from '@gristmill/protocol'
import { hexlify } from 'ethers'
import type { Connection } from '../connection.js'
import { InvalidParameterError } from '../errors/connection-errors.js'
import { BadAnswerError } from '../errors/datatrust-errors.js'
import { ContentMismatchError } from '../errors/mismatch-errors.js'
import { NotRevealedError } from '../errors/order-errors.js'
import { readBounded } from '../http/read-bounded.js'
import type { DownloadOrderParams } from './download-order.js'
import { downloadFair } from './fair-download.js'
import { findPlaced } from './get-order.js'
import { statusOf } from './order-status.js'
import { verifiedRun } from './verified-run.js'

/** Largest model that is held in memory, bytes. */
const MODEL_BYTES_MAX = 256 * 1_048_576

/** What `client.orders.collectModel` takes. */
export type CollectModelParams = Omit<DownloadOrderParams, 'privateKey'>

/** What `client.orders.collectModel` gives. */
export interface CollectModelResult {
  /** safetensors. */
  model: Uint8Array
  /** Verified: signed by the datatrust, for this order, held by the chain; names the model's hash. */
  receipt: Receipt
  receiptSignature: Hex
  /** How the run came about; every field is compared with order, listing and receipt. */
  provenance: Provenance
  /** What the runner measured on rows that the algorithm did not see; the datatrust's word alone. */
  metrics: Metric[]
}

/**
 * Collects the model of a compute order by the fair exchange: the receipt says what the run came to, the ciphertext is
 * acknowledged with the session key, the key comes from the chain, and every cell is compared with the root that the
 * receipt names. What was not acknowledged when the order's time is over costs its failure share, and is not to be had
 * any more. Of a joint run one order alone is collected only once the key is revealed. Throws RunFailedError if the run
 * released nothing.
 */
export async function collectModel(connection: Connection, params: CollectModelParams): Promise<CollectModelResult> {
  const { orderId } = params
  const { goods } = await findPlaced(connection, orderId)
  if (goods.runId !== ZERO_BYTES32 && (await statusOf(connection, { orderId })).status === 'placed') {
    throw new InvalidParameterError('orderId', 'is of a joint run: its model is collected with collectRun.')
  }
  return collectModelOf(connection, params)
}

/** The same for an order of a joint run, whose others are acknowledged by somebody else. */
export async function collectModelOf(connection: Connection, params: CollectModelParams): Promise<CollectModelResult> {
  const { orderId, session } = params
  const terms = await findPlaced(connection, orderId)
  const { receipt, bought } = await verifiedRun(connection, { ...terms, session })
  const resource = `/v1/orders/${orderId}`
  if (bought.sizeBytes > MODEL_BYTES_MAX) {
    throw new BadAnswerError(resource, `a model of more than ${MODEL_BYTES_MAX} bytes`)
  }
  const { status } = await statusOf(connection, { orderId })
  if (status === 'fulfilled' || status === 'fulfilled-disputed') throw new NotRevealedError(orderId, status)
  const { content } = await downloadFair(connection, params, { terms, bought })
  const model = await readBounded(content, bought.sizeBytes, resource)
  const sha256 = hexlify(connection.sha256.hash(model))
  if (sha256 !== receipt.releasedHash) throw new ContentMismatchError('sha256', receipt.releasedHash, sha256)
  // The chain has it by now, and the datatrust says how good it is.
  const { receiptSignature, provenance, metrics = [] } = await verifiedRun(connection, { ...terms, session })
  return { model, receipt, receiptSignature, provenance, metrics }
}
