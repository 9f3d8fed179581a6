import { type ByteSource, evidenceOf, findWrongCell } from '@gristmill/envelope'
import { dealToChain, goodsHash, type OrderId } from '@gristmill/protocol'
import { type ContractTransactionReceipt, getBytes } from 'ethers'
import { eventOf } from '../chain/events-of.js'
import { send } from '../chain/send.js'
import type { Connection } from '../connection.js'
import { NoWrongCellError } from '../errors/order-errors.js'
import { findPlaced, findRevealed } from './get-order.js'
import type { KeptEvidence } from './partial-download.js'

/** What `client.orders.complain` takes: evidence that was kept, or a delivery in which a wrong cell is looked for. */
export type ComplainParams = KeptEvidence | DeliveredOrder

/** A delivery as it was received. Both sources are read twice, side by side. */
export interface DeliveredOrder {
  orderId: OrderId
  /** The encrypted cells, as they were received and acknowledged. */
  ciphertext: () => ByteSource
  /** The leaf hashes of the plain cells, packed (32 bytes each): those that hash to the content root that was promised. */
  leaves: () => ByteSource
}

/** What `client.orders.complain` gives; amounts in units of the asset's decimals. */
export interface ComplainResult {
  /** Number of the wrong cell, from 0. */
  cell: number
  /** The price, back with the buyer. */
  refunded: bigint
  /** To the buyer, from the datatrust's bond. */
  compensation: bigint
  /** To nobody, from the datatrust's bond. */
  burnt: bigint
  receipt: ContractTransactionReceipt
}

/**
 * Proves a wrong cell on chain; anyone may, the buyer is paid. Looks for one first, unless there is evidence. Throws
 * `NotRevealedError`, or `NoWrongCellError` if the delivery is right; nothing is sent then.
 */
export async function complain(connection: Connection, params: ComplainParams): Promise<ComplainResult> {
  return sendComplaint(connection, 'evidence' in params ? params : await findEvidence(connection, params))
}

async function findEvidence(connection: Connection, params: DeliveredOrder): Promise<KeptEvidence> {
  const { orderId, ciphertext, leaves } = params
  const { sha256, chacha20 } = connection
  const { delivery } = await findRevealed(connection, orderId)
  const sizeBytes = Number(delivery.sizeBytes)
  const delivered = () => ({ ciphertext: ciphertext(), leaves: leaves(), sizeBytes, sha256 })
  const cell = await findWrongCell({ ...delivered(), key: getBytes(delivery.key), chacha20 })
  if (cell === undefined) throw new NoWrongCellError(orderId)
  return { orderId, delivery, evidence: await evidenceOf(cell, delivered()) }
}

/** Sends evidence to the chain. */
export async function sendComplaint(
  connection: Connection,
  { orderId, delivery, evidence }: KeptEvidence,
): Promise<ComplainResult> {
  const { orders } = connection.contracts
  const { deal, goods } = await findPlaced(connection, orderId)
  const receipt = await send(connection, orders.complain, dealToChain(deal), goodsHash(goods), delivery, evidence)
  const { compensation, burnt } = eventOf(orders, orders.getEvent('ComplaintUpheld'), receipt)
  const { amount: refunded } = eventOf(orders, orders.getEvent('OrderRefunded'), receipt)
  return { cell: Number(evidence.cell), refunded, compensation, burnt, receipt }
}
