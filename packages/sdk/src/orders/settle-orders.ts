import { acceptanceTypedData, type Deal, dealToChain, goodsHash, type Hex, type OrderId } from '@gristmill/protocol'
import type { ContractTransactionReceipt } from 'ethers'
import { eventsOf } from '../chain/events-of.js'
import { send } from '../chain/send.js'
import { signTypedData } from '../chain/signing.js'
import type { Connection } from '../connection.js'
import { ReceiptMismatchError } from '../errors/mismatch-errors.js'
import { NothingReleasedError } from '../errors/order-errors.js'
import { type SettledParts, settledParts } from './fulfil-order.js'
import { findDelivered, findPlaced } from './get-order.js'

/** An order to settle, with its terms at hand. */
export interface Settlement {
  deal: Deal
  goodsHash: Hex
  deliveryHash: Hex
  /** Signature of the buyer, or of the deal's `ackKey`, over Acceptance; without it the window must be over. */
  acceptance?: Hex
}

/** What `client.orders.settle` takes. */
export interface SettleOrdersParams {
  /** Ids are looked up on the chain. */
  orders: readonly (OrderId | Settlement)[]
}

/** What `client.orders.settle` and `client.orders.accept` give. */
export interface SettleOrdersResult {
  /** Without those that were settled or refunded before. */
  settled: SettledParts[]
  receipt: ContractTransactionReceipt
}

/** Pays out revealed and fulfilled orders after their window, without an Acceptance the failure share only; anyone may. */
export async function settleOrders(connection: Connection, params: SettleOrdersParams): Promise<SettleOrdersResult> {
  const { orders } = connection.contracts
  const settlements = await Promise.all(
    params.orders.map((order) => (typeof order === 'string' ? findSettlement(connection, order) : order)),
  )
  const receipt = await send(
    connection,
    orders.settle,
    settlements.map(({ deal, acceptance = '0x', ...hashes }) => ({ deal: dealToChain(deal), acceptance, ...hashes })),
  )
  return { settled: eventsOf(orders, orders.getEvent('OrderSettled'), receipt).map(settledParts), receipt }
}

async function findSettlement(connection: Connection, orderId: OrderId): Promise<Settlement> {
  const [{ deal, goods }, { deliveryHash }] = await Promise.all([
    findPlaced(connection, orderId),
    findDelivered(connection, orderId),
  ])
  return { deal, goodsHash: goodsHash(goods), deliveryHash }
}

/** What `client.orders.accept` takes. */
export interface AcceptOrderParams {
  orderId: OrderId
  /** Struct hash of the receipt that was checked; the chain must hold the same. Default: what the chain holds. */
  deliveryHash?: Hex
}

/**
 * The buyer's word that what was delivered is right: signs an Acceptance and settles at once, in full. Throws
 * NothingReleasedError for a run without a model, which costs its failure share only as long as it is not accepted.
 */
export async function acceptOrder(connection: Connection, params: AcceptOrderParams): Promise<SettleOrdersResult> {
  const { orderId } = params
  const [{ deal, goods }, delivered] = await Promise.all([
    findPlaced(connection, orderId),
    findDelivered(connection, orderId),
  ])
  const { deliveryHash } = delivered
  if (delivered.type === 'fulfilled' && delivered.verdict !== 'OK') {
    throw new NothingReleasedError(orderId, delivered.verdict)
  }
  if (params.deliveryHash !== undefined && params.deliveryHash !== deliveryHash) {
    throw new ReceiptMismatchError(orderId, 'deliveryHash', params.deliveryHash, deliveryHash)
  }
  const domain = { chainId: connection.chainId, verifyingContract: connection.deployment.orders }
  const acceptance = await signTypedData(connection, acceptanceTypedData(domain, { orderId, deliveryHash }))
  return settleOrders(connection, { orders: [{ deal, goodsHash: goodsHash(goods), deliveryHash, acceptance }] })
}
