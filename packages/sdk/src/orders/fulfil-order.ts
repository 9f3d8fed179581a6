import {
  type Deal,
  dealToChain,
  type Goods,
  goodsHash,
  type Hex,
  type OrderId,
  orderIdOf,
  type Receipt,
  receiptToChain,
  VERDICTS,
  type Verdict,
} from '@gristmill/protocol'
import type { ContractTransactionReceipt } from 'ethers'
import { eventOf } from '../chain/events-of.js'
import { send } from '../chain/send.js'
import type { Connection } from '../connection.js'
import { nameOf } from './deal-from-chain.js'
import { checkReceipt } from './verify-receipt.js'

/** The terms of an order as they were placed. */
export interface OrderTerms {
  deal: Deal
  goods: Goods
}

export interface FulfilOrderParams extends OrderTerms {
  /** What the run did. */
  receipt: Receipt
}

/** What `client.orders.fulfil` gives. */
export interface FulfilOrderResult {
  orderId: OrderId
  /** Struct hash of the Receipt. */
  deliveryHash: Hex
  verdict: Verdict
  /** Unix seconds. */
  settlesAfter: number
  receipt: ContractTransactionReceipt
}

/**
 * Marks a run done; from the datatrust's signing address only. The chain is told what the run came to and makes the
 * receipt of that and of what was ordered: a receipt that speaks of anything else is refused here, before it is sent.
 */
export async function fulfilOrder(connection: Connection, params: FulfilOrderParams): Promise<FulfilOrderResult> {
  const { orders } = connection.contracts
  const { deal, goods } = params
  const outcome = outcomeOf(params, params.receipt)
  const receipt = await send(connection, orders.fulfil, dealToChain(deal), goodsHash(goods), outcome)
  const event = eventOf(orders, orders.getEvent('OrderFulfilled'), receipt)
  return {
    orderId: event.orderId as OrderId,
    deliveryHash: event.deliveryHash as Hex,
    verdict: nameOf('verdict', VERDICTS, event.verdict),
    settlesAfter: Number(event.settlesAfter),
    receipt,
  }
}

/** What the chain is told of a run: its receipt without what order and goods say. */
export function outcomeOf({ deal, goods }: OrderTerms, receipt: Receipt) {
  checkReceipt(orderIdOf(deal.listing, deal.buyer, deal.n), goods, receipt)
  const { orderId: _id, goodsHash: _hash, ...outcome } = receiptToChain(receipt)
  return outcome
}

export interface DeliverOrderResult extends SettledParts {
  receipt: ContractTransactionReceipt
}

/** How the price was divided; units of the asset's decimals. */
export interface SettledParts {
  orderId: OrderId
  toMaker: bigint
  toOperator: bigint
  toCurators: bigint
  toReserve: bigint
  toBuyer: bigint
}

/** Marks an access order delivered and settles it; from the datatrust's signing address only. */
export async function deliverOrder(connection: Connection, { deal, goods }: OrderTerms): Promise<DeliverOrderResult> {
  const { orders } = connection.contracts
  const receipt = await send(connection, orders.deliver, dealToChain(deal), goodsHash(goods))
  const event = eventOf(orders, orders.getEvent('OrderSettled'), receipt)
  return { ...settledParts(event), receipt }
}

/** The parts in an OrderSettled event. */
export function settledParts(event: Omit<SettledParts, 'orderId'> & { orderId: string }): SettledParts {
  const { orderId, toMaker, toOperator, toCurators, toReserve, toBuyer } = event
  return { orderId: orderId as OrderId, toMaker, toOperator, toCurators, toReserve, toBuyer }
}
