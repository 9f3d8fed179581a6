import { type Deal, dealToChain, goodsHash, type Hex, type OrderId } from '@gristmill/protocol'
import type { ContractTransactionReceipt } from 'ethers'
import { eventsOf } from '../chain/events-of.js'
import { send } from '../chain/send.js'
import type { Connection } from '../connection.js'
import { findPlaced } from './get-order.js'

/** An order to refund, with its terms at hand. */
export interface Refund {
  deal: Deal
  goodsHash: Hex
}

/** What `client.orders.refund` takes. */
export interface RefundOrdersParams {
  /** Ids are looked up on the chain. */
  orders: readonly (OrderId | Refund)[]
}

/** What `client.orders.refund` gives. */
export interface RefundOrdersResult {
  /** Credited to buyers in the Vault, units of the asset's decimals; without those settled or refunded before. */
  refunded: { orderId: OrderId; amount: bigint }[]
  receipt: ContractTransactionReceipt
}

/** Returns the price of orders that were not fulfilled in time; anyone may. */
export async function refundOrders(connection: Connection, params: RefundOrdersParams): Promise<RefundOrdersResult> {
  const { orders } = connection.contracts
  const refunds = await Promise.all(
    params.orders.map((order) => (typeof order === 'string' ? findRefund(connection, order) : order)),
  )
  const receipt = await send(
    connection,
    orders.refund,
    refunds.map(({ deal, goodsHash: hash }) => ({ deal: dealToChain(deal), goodsHash: hash })),
  )
  const events = eventsOf(orders, orders.getEvent('OrderRefunded'), receipt)
  return { refunded: events.map(({ orderId, amount }) => ({ orderId: orderId as OrderId, amount })), receipt }
}

async function findRefund(connection: Connection, orderId: OrderId): Promise<Refund> {
  const { deal, goods } = await findPlaced(connection, orderId)
  return { deal, goodsHash: goodsHash(goods) }
}
