import { dealToChain, goodsHash, type OrderId } from '@gristmill/protocol'
import { send } from '../chain/send.js'
import type { Connection } from '../connection.js'
import { findDelivered, findPlaced } from '../orders/get-order.js'
import type { PaymentMethod } from '../payment/to-payment.js'
import { bondPayment, type OpenPollResult, openedPoll } from './open-poll.js'

/** What `client.curation.dispute` takes. */
export interface DisputeRunParams {
  /** A run whose deal names the Curation contract as arbiter. */
  orderId: OrderId
  /** For those who vote, at most 512 bytes; public for ever. */
  evidence: string
  /** Of the market's challenge bond. */
  payment: PaymentMethod
}

/** Contests a run before the share holders of its market; its buyer only, within the deal's window. */
export async function disputeRun(connection: Connection, params: DisputeRunParams): Promise<OpenPollResult> {
  const { curation } = connection.contracts
  const { orderId, evidence } = params
  const [{ deal, goods }, { deliveryHash }] = await Promise.all([
    findPlaced(connection, orderId),
    findDelivered(connection, orderId),
  ])
  const payment = await bondPayment(connection, deal.market, params.payment)
  const order = dealToChain(deal)
  const receipt = await send(connection, curation.dispute, order, goodsHash(goods), deliveryHash, evidence, payment)
  return openedPoll(connection, receipt)
}
