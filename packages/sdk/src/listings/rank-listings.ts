import type { MarketId } from '@gristmill/protocol'
import { onChain } from '../chain/on-chain.js'
import type { Connection } from '../connection.js'
import { InvalidParameterError } from '../errors/connection-errors.js'
import type { Listing } from './get-listing.js'
import { type ListListingsParams, type ListListingsResult, listListings } from './list-listings.js'

/** Most listings that are ranked; of more a search has to be narrower. */
const RANKED_MAX = 1_000

/** What `client.listings.rank` takes: a search, without an order of its own. */
export interface RankListingsParams extends Omit<ListListingsParams, 'sort' | 'after' | 'market'> {
  /** Shares of different markets cannot be compared. */
  market: MarketId
  /** `next` of the page before, with the same search. */
  after?: string
}

/** A listing with the shares that point at it, 18 decimals. */
export interface RankedListing extends Listing {
  /** That earn already. */
  signal: bigint
}

/** What `client.listings.rank` gives. */
export interface RankListingsResult extends Omit<ListListingsResult, 'listings'> {
  listings: RankedListing[]
}

/**
 * What a datatrust offers of a market, the listings first at which most active shares point. The signals come from the chain;
 * they say where people put capital that they can take back, not that a listing is good.
 */
export async function rankListings(connection: Connection, params: RankListingsParams): Promise<RankListingsResult> {
  const { limit = 100, after = '0', ...search } = params
  if (!/^\d{1,4}$/.test(after))
    throw new InvalidParameterError('after', 'is no cursor: pass `next` of the page before.')
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) {
    throw new InvalidParameterError('limit', 'is a number of 1 to 100.')
  }
  const found = await allOf(connection, search)
  const { signals } = connection.contracts
  const ranked = await Promise.all(
    found.map(async (listing) => {
      const { active } = await onChain(() => signals.totalOf(listing.listing))
      return { ...listing, signal: active }
    }),
  )
  // Stable: of equals, the newest first.
  ranked.sort((one, other) => (one.signal === other.signal ? 0 : one.signal > other.signal ? -1 : 1))
  const end = Number(after) + limit
  const listings = ranked.slice(Number(after), end)
  return end < ranked.length ? { listings, next: String(end) } : { listings }
}

async function allOf(connection: Connection, search: Omit<RankListingsParams, 'limit' | 'after'>): Promise<Listing[]> {
  const all: Listing[] = []
  let after: string | undefined
  do {
    const page = await listListings(connection, { ...search, ...(after === undefined ? {} : { after }) })
    all.push(...page.listings)
    if (all.length > RANKED_MAX) {
      throw new InvalidParameterError('words', `more than ${RANKED_MAX} listings would be ranked: search for less.`)
    }
    after = page.next
  } while (after !== undefined)
  return all
}
