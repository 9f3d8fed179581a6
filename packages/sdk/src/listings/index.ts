import type { Connection } from '../connection.js'
import { type DecideApprovalParams, decideApproval, listApprovals } from './approvals.js'
import { type AttestListingParams, attestListing } from './attest-listing.js'
import { type ExitListingParams, exitListing, returnBond } from './exit-listing.js'
import { getListing } from './get-listing.js'
import { type ListListingsParams, listListings } from './list-listings.js'
import { type GetListingParams, getListingRecord } from './listing-record.js'
import {
  type PublishAttestedParams,
  type PublishListingParams,
  publishAttested,
  publishListing,
} from './publish-listing.js'
import { type ReadListingEventsParams, readListingEvents } from './read-listing-events.js'
import { type SetPricesParams, setPrices } from './set-prices.js'
import { type UploadContentParams, uploadContent } from './upload-content.js'

/** The verbs of listings, bound to a connection. */
export function bindListings(connection: Connection) {
  return {
    publish: (params: PublishListingParams) => publishListing(connection, params),
    upload: (params: UploadContentParams) => uploadContent(connection, params),
    attest: (params: AttestListingParams) => attestListing(connection, params),
    publishAttested: (params: PublishAttestedParams) => publishAttested(connection, params),
    get: (params: GetListingParams) => getListing(connection, params),
    /** What the chain alone knows, without asking a datatrust. */
    record: (params: GetListingParams) => getListingRecord(connection, params),
    list: (params?: ListListingsParams) => listListings(connection, params),
    setPrices: (params: SetPricesParams) => setPrices(connection, params),
    exit: (params: ExitListingParams) => exitListing(connection, params),
    returnBond: (params: ExitListingParams) => returnBond(connection, params),
    events: (params: ReadListingEventsParams) => readListingEvents(connection, params),
    approvals: () => listApprovals(connection),
    decide: (params: DecideApprovalParams) => decideApproval(connection, params),
  }
}
