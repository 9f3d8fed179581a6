import {
  type Address,
  dealToChain,
  HOUR,
  type OrderId,
  orderIdOf,
  type Quote,
  runIdOf,
  ZERO_ADDRESS,
  ZERO_BYTES32,
} from '@gristmill/protocol'
import type { ContractTransactionReceipt } from 'ethers'
import { eventsOf } from '../chain/events-of.js'
import { send } from '../chain/send.js'
import type { Connection } from '../connection.js'
import { InvalidParameterError } from '../errors/connection-errors.js'
import { ShortWindowError } from '../errors/order-errors.js'
import { type PaymentMethod, toPayment } from '../payment/to-payment.js'

/** Chains for development, where windows of seconds are meant. */
const LOCAL_CHAINS = new Set([31_337n, 1_337n])

interface PlaceTerms {
  /** How the price is paid. */
  payment: PaymentMethod
  /** Shortest window accepted to look at what came, seconds; default: an hour, on a local chain none. */
  minWindowSeconds?: number
}

/** What `client.orders.place` takes. */
export interface PlaceOrderParams extends PlaceTerms {
  /** What `quote` gave. */
  quote: Quote
}

/** What `client.orders.place` gives. */
export interface PlaceOrderResult {
  orderId: OrderId
  receipt: ContractTransactionReceipt
}

/** Places an order: the price goes into escrow. */
export async function placeOrder(connection: Connection, params: PlaceOrderParams): Promise<PlaceOrderResult> {
  const { orders } = connection.contracts
  const { quote } = params
  requireWholeRuns([quote])
  checkWindows(connection, [quote], params)
  const payment = await paymentOf(connection, params, quote.deal.asset, quote.deal.price)
  const receipt = await send(connection, orders.place, quoteToChain(quote), payment)
  return { orderId: placedIn(connection, receipt)[0] as OrderId, receipt }
}

/** What `client.orders.placeMany` takes. */
export interface PlaceOrdersParams extends PlaceTerms {
  /** Of one asset. */
  quotes: readonly Quote[]
}

/** What `client.orders.placeMany` gives. */
export interface PlaceOrdersResult {
  /** In the order of the quotes. */
  orderIds: OrderId[]
  receipt: ContractTransactionReceipt
}

/** Places several orders, all or none, with one payment of the sum. */
export async function placeOrders(connection: Connection, params: PlaceOrdersParams): Promise<PlaceOrdersResult> {
  const { orders } = connection.contracts
  const { quotes } = params
  const [first] = quotes
  if (first === undefined) throw new InvalidParameterError('quotes', 'is empty: pass at least one quote.')
  requireWholeRuns(quotes)
  checkWindows(connection, quotes, params)
  const amount = quotes.reduce((sum, { deal }) => sum + deal.price, 0n)
  const payment = await paymentOf(connection, params, first.deal.asset, amount)
  const receipt = await send(connection, orders.placeMany, quotes.map(quoteToChain), payment)
  return { orderIds: placedIn(connection, receipt), receipt }
}

/** An order of a joint run without the others would wait for them until its time is over. */
function requireWholeRuns(quotes: readonly Quote[]): void {
  const joint = quotes.filter(({ goods }) => goods.runId !== ZERO_BYTES32)
  for (const runId of new Set(joint.map(({ goods }) => goods.runId))) {
    const orders = joint.filter(({ goods }) => goods.runId === runId).map(({ deal }) => deal)
    if (runIdOf(orders.map(({ listing, buyer, n }) => orderIdOf(listing, buyer, n))) === runId) continue
    throw new InvalidParameterError(
      'quotes',
      `lack orders of the joint run ${runId}: place all quotes of quoteRun at once.`,
    )
  }
}

function quoteToChain({ deal, goods, signature }: Quote) {
  return { deal: dealToChain(deal), goods, signature }
}

function paymentOf(connection: Connection, { payment }: PlaceTerms, token: Address, amount: bigint) {
  return toPayment(connection, { method: payment, token, spender: connection.deployment.orders, amount })
}

function placedIn(connection: Connection, receipt: ContractTransactionReceipt): OrderId[] {
  const { orders } = connection.contracts
  return eventsOf(orders, orders.getEvent('OrderPlaced'), receipt).map(({ orderId }) => orderId as OrderId)
}

function checkWindows({ chainId }: Connection, quotes: readonly Quote[], { minWindowSeconds }: PlaceTerms): void {
  const min = minWindowSeconds ?? (LOCAL_CHAINS.has(chainId) ? 0 : HOUR)
  for (const { deal } of quotes) {
    const isDirect = deal.kind === 'access' && deal.ackKey === ZERO_ADDRESS
    if (!isDirect && deal.window < min) throw new ShortWindowError(deal.window, min)
  }
}
