import { type ListingId, listingPageSchema } from '@gristmill/protocol'
import type { Connection } from '../connection.js'
import { LISTING_PAGE_BYTES_MAX } from '../http/limits.js'
import { requestJson } from '../http/request.js'
import type { Listing } from './get-listing.js'
import { getListingRecord } from './listing-record.js'
import { verifyDocument } from './verify-document.js'

export interface ListListingsParams {
  /** Listing to continue after: `next` of the page before. */
  after?: ListingId
}

export interface ListListingsResult {
  listings: Listing[]
  /** Absent on the last page. */
  next?: ListingId
}

/** A page of the datatrust's catalogue, every description checked against the chain. */
export async function listListings(
  connection: Connection,
  { after }: ListListingsParams = {},
): Promise<ListListingsResult> {
  const page = await requestJson(connection, {
    method: 'GET',
    path: after === undefined ? '/v1/listings' : `/v1/listings?after=${after}`,
    as: 'public',
    schema: listingPageSchema,
    maxBytes: LISTING_PAGE_BYTES_MAX,
  })
  const listings = await Promise.all(
    page.listings.map(async (document) => {
      const record = await getListingRecord(connection, { listing: document.listing })
      verifyDocument(record, document)
      return { ...record, document }
    }),
  )
  return page.next === undefined ? { listings } : { listings, next: page.next }
}
