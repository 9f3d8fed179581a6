import { type Content, dealToChain, type Hex, type OrderId, type Receipt } from '@gristmill/protocol'
import type { ContractTransactionReceipt } from 'ethers'
import { eventOf } from '../chain/events-of.js'
import { send } from '../chain/send.js'
import type { Connection } from '../connection.js'
import { InvalidParameterError } from '../errors/connection-errors.js'
import { type OrderTerms, outcomeOf } from './fulfil-order.js'

/** What `client.orders.reveal` takes: `content` for data, `run` for a model. */
export interface RevealOrderParams extends OrderTerms {
  /** What is listed, to which the goods commit. */
  content?: Content
  /** What the run did; it names the model's root. */
  run?: Receipt
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
  const { deal, goods, content, run, cipherRoot, key, ack } = params
  const receipt =
    run === undefined
      ? await send(connection, orders.reveal, dealToChain(deal), goods, requireContent(content), cipherRoot, key, ack)
      : await send(connection, orders.revealRun, dealToChain(deal), goods, outcomeOf(params, run), cipherRoot, key, ack)
  const { orderId, settlesAfter } = eventOf(orders, orders.getEvent('OrderRevealed'), receipt)
  return { orderId: orderId as OrderId, settlesAfter: Number(settlesAfter), receipt }
}

function requireContent(content: Content | undefined): Content {
  if (content !== undefined) return content
  throw new InvalidParameterError('content', 'is missing: pass what is listed, or the receipt of the run as `run`.')
}
