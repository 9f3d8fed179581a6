import type { Connection } from '../connection.js'
import { type CollectModelParams, collectModel } from './collect-model.js'
import { type CollectRunParams, collectRun } from './collect-run.js'
import { type ComplainParams, complain } from './complain.js'
import { type ContradictRunParams, contradictRun } from './contradict-run.js'
import { type DownloadOrderParams, downloadOrder } from './download-order.js'
import { deliverOrder, type FulfilOrderParams, fulfilOrder, type OrderTerms } from './fulfil-order.js'
import { getOrder } from './get-order.js'
import { type GetReceiptParams, getReceipt } from './get-receipt.js'
import { getRun } from './get-run.js'
import { type HasAccessParams, hasAccess } from './has-access.js'
import { type ListOrdersParams, listOrders } from './list-orders.js'
import { type OrderParams, statusOf } from './order-status.js'
import { type PlaceOrderParams, type PlaceOrdersParams, placeOrder, placeOrders } from './place-orders.js'
import { type QuoteRunParams, quoteRun } from './quote-run.js'
import { type ReadMessageParams, readMessage } from './read-message.js'
import { type ReadOrderEventsParams, readOrderEvents } from './read-order-events.js'
import { type RefundOrdersParams, refundOrders } from './refund-orders.js'
import { type RequestQuoteParams, requestQuote } from './request-quote.js'
import { type RevealOrderParams, revealOrder } from './reveal-order.js'
import { type SendAlgorithmParams, sendAlgorithm } from './send-algorithm.js'
import { type AcceptOrderParams, acceptOrder, type SettleOrdersParams, settleOrders } from './settle-orders.js'
import { getOrderDocument, type OrderDocumentParams, type WaitForOrderParams, waitForOrder } from './wait-for-order.js'

/** The verbs of orders, bound to a connection. */
export function bindOrders(connection: Connection) {
  return {
    /**
     * Asks the datatrust for an offer and checks every field of it against what was asked for and against the chain.
     *
     * @example
     * const session = await sessionFile('table.csv.session')
     * const quote = await client.orders.quote({ listing, kind: 'access', ackKey: session.address })
     * quote.deal.price // units of the asset's decimals
     */
    quote: (params: RequestQuoteParams) => requestQuote(connection, params),
    /**
     * Asks for the offers of one run over several listings, and checks every one as `quote` does. The owners' rows are run on
     * together and one model comes back; each order is paid, charged to its owner's budget, and has a receipt of its own.
     *
     * @example
     * const { quotes, price } = await client.orders.quoteRun({ listings, algorithmListing, parameters, ackKey })
     * const { orderIds } = await client.orders.placeMany({ quotes, payment: 'permit' })
     * for (const orderId of orderIds) await client.orders.wait({ orderId, session })
     * const { model } = await client.orders.collectRun({ orderIds, session })
     */
    quoteRun: (params: QuoteRunParams) => quoteRun(connection, params),
    /** Places an order: the price goes into escrow. */
    place: (params: PlaceOrderParams) => placeOrder(connection, params),
    /** Places several orders, all or none, with one payment of the sum. */
    placeMany: (params: PlaceOrdersParams) => placeOrders(connection, params),
    /** An order and its state on chain. */
    get: (params: OrderParams) => getOrder(connection, params),
    /**
     * A page of an account's orders, the newest first, from the chain alone.
     *
     * @example
     * const { orders, next } = await client.orders.list({ account, role: 'buyer', status: 'placed' })
     */
    list: (params: ListOrdersParams) => listOrders(connection, params),
    /** State of an order on chain. */
    status: (params: OrderParams) => statusOf(connection, params),
    /** True if the account has placed this access order and it was not refunded. */
    hasAccess: (params: HasAccessParams) => hasAccess(connection, params),
    /** What the datatrust says about an order; to its buyer and its maker. */
    document: (params: OrderDocumentParams) => getOrderDocument(connection, params),
    /**
     * Asks the datatrust until an order is where it is awaited. A datatrust that is down for a while is waited for.
     */
    wait: (params: WaitForOrderParams) => waitForOrder(connection, params),
    /**
     * Collects the data of an access order, and proves it to be what was bought.
     *
     * By the fair exchange: the ciphertext comes first and is acknowledged with the session key, the datatrust reveals the key
     * on chain, every cell is decrypted and compared with what was listed. A wrong one is proved on chain at once
     * (`WrongDeliveryError` says what came back); a datatrust that withholds something or is late is not paid
     * (`DeliveryFaultError`, `KeyLateError` say when the price can be taken back). A direct order comes as an OpenPGP message
     * instead, with `privateKey`.
     *
     * With `partial` a download that was broken off, even by the end of the process, goes on where it stopped. Discard it once
     * the content is safe; a part that proves wrong is discarded here.
     *
     * @example
     * const { content, verified } = await client.orders.download({ orderId, session, partial })
     * await pipeline(content, createWriteStream('table.csv'))
     * const { sha256 } = await verified
     */
    download: (params: DownloadOrderParams) => downloadOrder(connection, params),
    /** The message as it is, encrypted: for who decrypts it elsewhere, with gpg for example. */
    message: (params: ReadMessageParams): AsyncIterable<Uint8Array> => readMessage(connection, params),
    /** Sends an algorithm to the datatrust; sending it again changes nothing. */
    sendAlgorithm: (params: SendAlgorithmParams) => sendAlgorithm(connection, params),
    /** Collects the model of a compute order and checks it against the receipt, and the receipt against the chain. */
    collectModel: (params: CollectModelParams) => collectModel(connection, params),
    /**
     * The receipt of a run with the statement of how it came about, compared with the order, its listing and the chain.
     *
     * @example
     * const { receipt, provenance, isOnChain } = await client.orders.receipt({ orderId, session })
     */
    receipt: (params: GetReceiptParams) => getReceipt(connection, params),
    /** Collects the model of a joint run: all its orders are acknowledged, and their receipts tell of one run. */
    collectRun: (params: CollectRunParams) => collectRun(connection, params),
    /** The run that an order belongs to, from the chain alone. */
    run: (params: OrderParams) => getRun(connection, params),
    /** The buyer's word that what was delivered is right: signs an Acceptance and settles at once, in full. */
    accept: (params: AcceptOrderParams) => acceptOrder(connection, params),
    /**
     * Proves that a cell of a fair exchange is not what was promised: the price comes back, with a compensation from the
     * datatrust's bond. It says nothing about the quality of the data.
     */
    complain: (params: ComplainParams) => complain(connection, params),
    /**
     * Proves that the datatrust signed another receipt of a run than the order holds, one that cannot be true beside it: the
     * price comes back, with a compensation from the datatrust's bond. Within the order's window.
     */
    contradict: (params: ContradictRunParams) => contradictRun(connection, params),
    /** Pays out revealed and fulfilled orders after their window, without an Acceptance the failure share only; anyone may. */
    settle: (params: SettleOrdersParams) => settleOrders(connection, params),
    /** Returns the price of orders that were not fulfilled in time; anyone may. */
    refund: (params: RefundOrdersParams) => refundOrders(connection, params),
    /** For datatrusts. */
    fulfil: (params: FulfilOrderParams) => fulfilOrder(connection, params),
    /** For datatrusts. */
    reveal: (params: RevealOrderParams) => revealOrder(connection, params),
    /** For datatrusts. */
    deliver: (params: OrderTerms) => deliverOrder(connection, params),
    /** Events of orders in the order in which they happened. */
    events: (params: ReadOrderEventsParams) => readOrderEvents(connection, params),
  }
}
