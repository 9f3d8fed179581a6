import type { Connection } from '../connection.js'
import { type CollectModelParams, collectModel } from './collect-model.js'
import { type DownloadOrderParams, downloadOrder } from './download-order.js'
import { type FlushListingParams, flushListing } from './flush-listing.js'
import { deliverOrder, type FulfilOrderParams, fulfilOrder, type OrderTerms } from './fulfil-order.js'
import { getOrder } from './get-order.js'
import { type HasAccessParams, hasAccess } from './has-access.js'
import { type ListOrdersParams, listOrders } from './list-orders.js'
import { type OrderParams, statusOf } from './order-status.js'
import { type PlaceOrderParams, type PlaceOrdersParams, placeOrder, placeOrders } from './place-orders.js'
import { type ReadMessageParams, readMessage } from './read-message.js'
import { type ReadOrderEventsParams, readOrderEvents } from './read-order-events.js'
import { type RefundOrdersParams, refundOrders } from './refund-orders.js'
import { type RequestQuoteParams, requestQuote } from './request-quote.js'
import { type SendAlgorithmParams, sendAlgorithm } from './send-algorithm.js'
import { type AcceptOrderParams, acceptOrder, type SettleOrdersParams, settleOrders } from './settle-orders.js'
import { getOrderDocument, type WaitForOrderParams, waitForOrder } from './wait-for-order.js'

/** The verbs of orders, bound to a connection. */
export function bindOrders(connection: Connection) {
  return {
    quote: (params: RequestQuoteParams) => requestQuote(connection, params),
    place: (params: PlaceOrderParams) => placeOrder(connection, params),
    placeMany: (params: PlaceOrdersParams) => placeOrders(connection, params),
    get: (params: OrderParams) => getOrder(connection, params),
    list: (params: ListOrdersParams) => listOrders(connection, params),
    status: (params: OrderParams) => statusOf(connection, params),
    hasAccess: (params: HasAccessParams) => hasAccess(connection, params),
    document: (params: OrderParams) => getOrderDocument(connection, params),
    wait: (params: WaitForOrderParams) => waitForOrder(connection, params),
    download: (params: DownloadOrderParams) => downloadOrder(connection, params),
    /** The message as it is, encrypted: for who decrypts it elsewhere, with gpg for example. */
    message: (params: ReadMessageParams): AsyncIterable<Uint8Array> => readMessage(connection, params),
    sendAlgorithm: (params: SendAlgorithmParams) => sendAlgorithm(connection, params),
    collectModel: (params: CollectModelParams) => collectModel(connection, params),
    accept: (params: AcceptOrderParams) => acceptOrder(connection, params),
    settle: (params: SettleOrdersParams) => settleOrders(connection, params),
    refund: (params: RefundOrdersParams) => refundOrders(connection, params),
    flush: (params: FlushListingParams) => flushListing(connection, params),
    /** For datatrusts. */
    fulfil: (params: FulfilOrderParams) => fulfilOrder(connection, params),
    /** For datatrusts. */
    deliver: (params: OrderTerms) => deliverOrder(connection, params),
    events: (params: ReadOrderEventsParams) => readOrderEvents(connection, params),
  }
}
