import { type Address, type Kind, type ListingSort, listingPageSchema, type MarketId } from '@gristmill/protocol'
import type { Connection } from '../connection.js'
import { ListingMismatchError } from '../errors/mismatch-errors.js'
import { LISTING_PAGE_BYTES_MAX } from '../http/limits.js'
import { requestJson } from '../http/request.js'
import type { Listing } from './get-listing.js'
import { getListingRecord, type ListingRecord } from './listing-record.js'
import { verifyDocument } from './verify-document.js'

/** What `client.listings.list` takes. */
export interface ListListingsParams {
  /** Each has to be in the name, the description or the name of a column, in any case; at most 8 words, 200 characters. */
  words?: string
  market?: MarketId
  /** ERC-20 in which the prices count. */
  asset?: Address
  maker?: Address
  /** Only what is sold in this way. */
  kind?: Kind
  /** Units of the asset's decimals: of `kind`, or of the cheaper service. Needs `market` or `asset`. */
  maxPrice?: bigint
  /** `true`: only what takes no orders any more; `false`: only what does; default: both. */
  exited?: boolean
  /** `newest` (default), `price` (the cheapest first; needs `market` or `asset`), `name`, `size` (the smallest first). */
  sort?: ListingSort
  /** Most listings of the page, 1 to 100; default 100. Large descriptions make a page shorter. */
  limit?: number
  /** `next` of the page before, with the same search. */
  after?: string
}

/** What `client.listings.list` gives. */
export interface ListListingsResult {
  listings: Listing[]
  /** Absent on the last page. */
  next?: string
}

/**
 * A page of the datatrust's catalogue, every description checked against the chain. What is left out cannot be checked: a
 * datatrust shows what it likes.
 *
 * @example
 * const { listings } = await client.listings.list({ words: 'weather', kind: 'access', exited: false })
 */
export async function listListings(
  connection: Connection,
  params: ListListingsParams = {},
): Promise<ListListingsResult> {
  const page = await requestJson(connection, {
    method: 'GET',
    path: `/v1/listings${queryOf(params)}`,
    as: 'public',
    schema: listingPageSchema,
    maxBytes: LISTING_PAGE_BYTES_MAX,
  })
  const listings = await Promise.all(
    page.listings.map(async (document) => {
      const record = await getListingRecord(connection, { listing: document.listing })
      verifyDocument(record, document)
      requireAskedFor(record, params)
      return { ...record, document }
    }),
  )
  return page.next === undefined ? { listings } : { listings, next: page.next }
}

function queryOf(params: ListListingsParams): string {
  const entries = Object.entries(params).filter(([, value]) => value !== undefined && value !== '')
  const query = new URLSearchParams(Object.fromEntries(entries.map(([name, value]) => [name, String(value)])))
  return entries.length === 0 ? '' : `?${query}`
}

/** What never changes of a listing has to be as asked; prices may have moved since the datatrust looked. */
function requireAskedFor(record: ListingRecord, { market, maker }: ListListingsParams): void {
  for (const [field, wanted] of Object.entries({ market, maker })) {
    const actual = record[field as 'market' | 'maker']
    if (wanted !== undefined && wanted.toLowerCase() !== actual.toLowerCase()) {
      throw new ListingMismatchError(record.listing, field, wanted, actual)
    }
  }
}
