import type { Connection } from '../connection.js'
import {
  type DecideApprovalParams,
  decideApproval,
  type GetApprovalParams,
  getApproval,
  listApprovals,
} from './approvals.js'
import { type AttestListingParams, attestListing } from './attest-listing.js'
import { type ExitListingParams, exitListing, returnBond } from './exit-listing.js'
import { getBudget } from './get-budget.js'
import { getCroissant } from './get-croissant.js'
import { getListing } from './get-listing.js'
import { type ListListingsParams, listListings } from './list-listings.js'
import { type GetListingParams, getListingRecord } from './listing-record.js'
import {
  type PublishAttestedParams,
  type PublishListingParams,
  publishAttested,
  publishListing,
} from './publish-listing.js'
import { type RankListingsParams, rankListings } from './rank-listings.js'
import { type ReadListingEventsParams, readListingEvents } from './read-listing-events.js'
import { type SetPricesParams, setPrices } from './set-prices.js'
import { type UploadContentParams, uploadContent } from './upload-content.js'

/** The verbs of listings, bound to a connection. */
export function bindListings(connection: Connection) {
  return {
    /**
     * Uploads an asset, has it attested and lists it.
     *
     * @example
     * const { listing } = await client.listings.publish({
     *   market, files: [{ name: 'table.csv', sizeBytes: bytes.length }], content: bytes,
     *   metadata: { name: 'Table', license: 'CC0-1.0' }, prices: { access: 5_000_000n }, payment: 'permit',
     * })
     */
    publish: (params: PublishListingParams) => publishListing(connection, params),
    /** Sends an asset to the datatrust, which stores it encrypted; nothing is for sale yet. */
    upload: (params: UploadContentParams) => uploadContent(connection, params),
    /**
     * Asks the datatrust for its word that it holds and will serve the content; checks that it gives it for exactly this.
     */
    attest: (params: AttestListingParams) => attestListing(connection, params),
    /** Lists what a datatrust has attested, in one transaction. */
    publishAttested: (params: PublishAttestedParams) => publishAttested(connection, params),
    /** A listing with its description, checked against the chain. */
    get: (params: GetListingParams) => getListing(connection, params),
    /** The same description as Croissant 1.1 (JSON-LD), made of what the chain commits to. */
    croissant: (params: GetListingParams) => getCroissant(connection, params),
    /** What the budget of a listing has left, in all and for this account: the datatrust's word. */
    budget: (params: GetListingParams) => getBudget(connection, params),
    /** What the chain alone knows, without asking a datatrust. */
    record: (params: GetListingParams) => getListingRecord(connection, params),
    /**
     * A page of the datatrust's catalogue, every description checked against the chain. What is left out cannot be checked: a
     * datatrust shows what it likes.
     *
     * @example
     * const { listings } = await client.listings.list({ words: 'weather', kind: 'access', exited: false })
     */
    list: (params?: ListListingsParams) => listListings(connection, params),
    /**
     * A page of what a datatrust offers of one market, the listings first at which most active shares point. They say where
     * people put capital that they can take back, not that a listing is good.
     */
    rank: (params: RankListingsParams) => rankListings(connection, params),
    /** Changes prices, for new orders only; maker only. */
    setPrices: (params: SetPricesParams) => setPrices(connection, params),
    /** Starts the exit of a listing; maker only. */
    exit: (params: ExitListingParams) => exitListing(connection, params),
    /** Credits the bond of a listing to its maker, after the exit; anyone may. */
    returnBond: (params: ExitListingParams) => returnBond(connection, params),
    /** Events of all listings in the order in which they happened. */
    events: (params: ReadListingEventsParams) => readListingEvents(connection, params),
    /** Runs on the maker's data that wait for the maker's decision. */
    approvals: () => listApprovals(connection),
    /** A run on the maker's data that is over, with the log that is the maker's alone. */
    approval: (params: GetApprovalParams) => getApproval(connection, params),
    /** Signs and sends the maker's decision about what a run would release. */
    decide: (params: DecideApprovalParams) => decideApproval(connection, params),
  }
}
