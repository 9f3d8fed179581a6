import { type ListingDocument, listingDocumentSchema } from '@gristmill/protocol'
import type { Connection } from '../connection.js'
import { LISTING_BYTES_MAX } from '../http/limits.js'
import { requestJson } from '../http/request.js'
import { type GetListingParams, getListingRecord, type ListingRecord } from './listing-record.js'
import { verifyDocument } from './verify-document.js'

/** A listing as the chain knows it, and its description, to which the chain commits. */
export interface Listing extends ListingRecord {
  document: ListingDocument
}

/** A listing with its description, checked against the chain. */
export async function getListing(connection: Connection, { listing }: GetListingParams): Promise<Listing> {
  const [record, document] = await Promise.all([
    getListingRecord(connection, { listing }),
    requestJson(connection, {
      method: 'GET',
      path: `/v1/listings/${listing}`,
      as: 'public',
      schema: listingDocumentSchema,
      maxBytes: LISTING_BYTES_MAX,
    }),
  ])
  verifyDocument(record, document)
  return { ...record, document }
}
