import { type ByteSource, type ChaCha20, evidenceOf, findWrongCell, type Sha256 } from '@gristmill/envelope'
import { dealToChain, goodsHash, type OrderId } from '@gristmill/protocol'
import { type ContractTransactionReceipt, getBytes } from 'ethers'
import { eventOf } from '../chain/events-of.js'
import { send } from '../chain/send.js'
import type { Connection } from '../connection.js'
import { NoWrongCellError } from '../errors/order-errors.js'
import { findPlaced, findRevealed } from './get-order.js'

/** What `client.orders.complain` takes. Both sources are read twice, side by side. */
export interface ComplainParams {
  orderId: OrderId
  /** The encrypted cells, as they were received and acknowledged. */
  ciphertext: () => ByteSource
  /** The leaf hashes of the plain cells, packed (32 bytes each): those that hash to the content root that was promised. */
  leaves: () => ByteSource
  /** In Node `nodeChaCha20` of `@gristmill/sdk/node`. */
  chacha20: ChaCha20
  /** Default: that of the client. */
  sha256?: Sha256
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
 * Looks for a cell that is not what was promised and proves it on chain; anyone may, the buyer is paid. Throws
 * `NotRevealedError`, or `NoWrongCellError` if the delivery is right; nothing is sent then.
 */
export async function complain(connection: Connection, params: ComplainParams): Promise<ComplainResult> {
  const { orders } = connection.contracts
  const { orderId, ciphertext, leaves, chacha20, sha256 = connection.sha256 } = params
  const [{ deal, goods }, { delivery }] = await Promise.all([
    findPlaced(connection, orderId),
    findRevealed(connection, orderId),
  ])
  const sizeBytes = Number(delivery.sizeBytes)
  const delivered = () => ({ ciphertext: ciphertext(), leaves: leaves(), sizeBytes, sha256 })
  const cell = await findWrongCell({ ...delivered(), key: getBytes(delivery.key), chacha20 })
  if (cell === undefined) throw new NoWrongCellError(orderId)
  const evidence = await evidenceOf(cell, delivered())
  const receipt = await send(connection, orders.complain, dealToChain(deal), goodsHash(goods), delivery, evidence)
  const { compensation, burnt } = eventOf(orders, orders.getEvent('ComplaintUpheld'), receipt)
  const { amount: refunded } = eventOf(orders, orders.getEvent('OrderRefunded'), receipt)
  return { cell, refunded, compensation, burnt, receipt }
}
