import { type Content, dealToChain, type Hex, type OrderId } from '@gristmill/protocol'
import type { ContractTransactionReceipt } from 'ethers'
import { eventOf } from '../chain/events-of.js'
import { send } from '../chain/send.js'
import type { Connection } from '../connection.js'
import type { OrderTerms } from './fulfil-order.js'

/** What `client.orders.reveal` takes. */
export interface RevealOrderParams extends OrderTerms {
  /** What is listed, to which the goods commit. */
  content: Content
  /** RFC 9162 tree hash over the encrypted cells. */
  cipherRoot: Hex
  /** Of the delivery, 32 bytes; public from now on. */
  key: Hex
  /** Signature of the deal's `ackKey` over the Ack that names this root. */
  ack: Hex
}

/** What `client.orders.reveal` gives. */
export interface RevealOrderResult {
  orderId: OrderId
  /** Unix seconds; last second in which a wrong cell can be proved. */
  settlesAfter: number
  receipt: ContractTransactionReceipt
}

/** Reveals the key of a fair exchange against the buyer's Ack; from the datatrust's signing address only. */
export async function revealOrder(connection: Connection, params: RevealOrderParams): Promise<RevealOrderResult> {
  const { orders } = connection.contracts
  const { deal, goods, content, cipherRoot, key, ack } = params
  const receipt = await send(connection, orders.reveal, dealToChain(deal), goods, content, cipherRoot, key, ack)
  const { orderId, settlesAfter } = eventOf(orders, orders.getEvent('OrderRevealed'), receipt)
  return { orderId: orderId as OrderId, settlesAfter: Number(settlesAfter), receipt }
}
