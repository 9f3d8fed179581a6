import {
  type Address,
  type Hex,
  type ListingId,
  type OrderId,
  orderIdOf,
  type Parameters,
  type Quote,
  runIdOf,
} from '@gristmill/protocol'
import { randomBytes, toBigInt } from 'ethers'
import { type Connection, requireSigner } from '../connection.js'
import { InvalidParameterError } from '../errors/connection-errors.js'
import { getListing } from '../listings/get-listing.js'
import { requestQuote } from './request-quote.js'
import { requireJointListings } from './require-joint-listings.js'

/** What `client.orders.quoteRun` takes. */
export interface QuoteRunParams {
  /** Of data, under one policy, at this datatrust; each once. */
  listings: readonly ListingId[]
  /** Address of a session key, see `createSessionKey`, which will acknowledge the model for every order of the run. */
  ackKey: Address
  /** What `sendAlgorithm` gave; or */
  algorithm?: Hex
  /** the listing that sells it, whose maker is paid for the run, too. Its content stays where it is. */
  algorithmListing?: ListingId
  parameters?: Parameters
  /** An arbiter to accept in the deals, beside nobody and the deployment's Curation. */
  arbiter?: Address
}

/** What `client.orders.quoteRun` gives. */
export interface QuoteRunResult {
  /** Hash of all orders' ids: none can be added or left out. */
  runId: Hex
  /** Those of the data in their order, then that of the algorithm. Place them with `placeMany`. */
  quotes: Quote[]
  orderIds: OrderId[]
  /** Sum, in units of the asset's decimals. */
  price: bigint
}

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
export async function quoteRun(connection: Connection, params: QuoteRunParams): Promise<QuoteRunResult> {
  const { ackKey, algorithmListing, parameters, arbiter } = params
  const listings = [...params.listings, ...(algorithmListing === undefined ? [] : [algorithmListing])]
  requireJointListings(listings)
  const { account: buyer } = requireSigner(connection)
  const algorithm = await algorithmOf(connection, params)
  const joint = listings.map((listing) => ({ listing, n: toBigInt(randomBytes(8)) }))
  const quotes: Quote[] = []
  for (const order of joint) {
    const more = { ...(parameters && { parameters }), ...(arbiter && { arbiter }) }
    quotes.push(await requestQuote(connection, { ...order, kind: 'compute', ackKey, algorithm, joint, ...more }))
  }
  const orderIds = joint.map(({ listing, n }) => orderIdOf(listing, buyer, n))
  const price = quotes.reduce((sum, { deal }) => sum + deal.price, 0n)
  return { runId: runIdOf(orderIds), quotes, orderIds, price }
}

/** By its sha256. What is listed says it in terms to which the listing commits on chain. */
async function algorithmOf(
  connection: Connection,
  { algorithm, algorithmListing: listing }: QuoteRunParams,
): Promise<Hex> {
  if (listing === undefined) {
    if (algorithm !== undefined) return algorithm
    throw new InvalidParameterError('algorithm', 'is missing: send it with sendAlgorithm, or name algorithmListing.')
  }
  const { document } = await getListing(connection, { listing })
  const digest = document.algorithmTerms?.algorithm.digest
  if (digest === undefined) throw new InvalidParameterError('algorithmListing', `${listing} is no algorithm.`)
  if (algorithm !== undefined && algorithm !== digest) {
    throw new InvalidParameterError('algorithm', `is not what ${listing} sells, ${digest}: leave it out.`)
  }
  return digest
}
