import type { Kind, ListingSort, MarketId } from '@gristmill/protocol'
import type { Listing, ListListingsParams, ListListingsResult, RankListingsResult } from '@gristmill/sdk'
import type { Command } from 'commander'
import { parseAddress, parseId, parseLimit } from '../arguments.js'
import type { Io } from '../io.js'
import { marketOf } from '../market/market-of.js'
import { formatShares, type Money, moneyOf } from '../money.js'
import { note, printResult } from '../output.js'
import { formatBytes } from '../progress.js'
import { openReader, type Reader } from '../session.js'
import { table } from '../table.js'
import { tokenOf } from '../vault/token-of.js'
import { moneyOfMarkets } from './listing-money.js'

export interface ShowListingsOptions {
  market?: string
  maker?: string
  kind?: Kind
  maxPrice?: string
  exited?: true
  sort?: ListingSort | 'signal'
  limit?: string
  after?: string
}

export async function showListings(
  io: Io,
  command: Command,
  words: readonly string[],
  options: ShowListingsOptions,
): Promise<void> {
  const { kind, sort, after, limit } = options
  const simple = {
    words: words.join(' '),
    ...(options.market === undefined ? {} : { market: parseId('--market', options.market) as MarketId }),
    ...(options.maker === undefined ? {} : { maker: parseAddress('--maker', options.maker) }),
    ...(kind === undefined ? {} : { kind }),
    ...(after === undefined ? {} : { after }),
    ...(limit === undefined ? {} : { limit: parseLimit('--limit', limit) }),
    exited: options.exited === true,
  }
  await using reader = await openReader(io, command)
  const search = { ...simple, ...(await priceSearch(reader, simple, options)) }
  const { listings, next }: ListListingsResult | RankListingsResult =
    sort === 'signal'
      ? await reader.client.listings.rank({ ...search, market: await marketOf(reader, options.market) })
      : await reader.client.listings.list({ ...search, ...(sort === undefined ? {} : { sort }) })
  const moneyOfMarket = moneyOfMarkets(reader)
  const rows = await Promise.all(listings.map(async (listing) => rowOf(listing, await moneyOfMarket(listing.market))))
  if (listings.length === 0)
    note(io, words.length === 0 ? 'Nothing of this kind is listed.' : 'Nothing has these words.')
  if (next !== undefined) note(io, `There are more: add --after ${next}`)
  const columns = sort === 'signal' ? [...COLUMNS, { name: 'signal', align: 'right' as const }] : COLUMNS
  printResult(io, command, { listings, next }, rows.length === 0 ? [] : table(io, columns, rows))
}

const COLUMNS = [
  { name: 'listing' },
  { name: 'name', flexible: true },
  { name: 'size', align: 'right' },
  { name: 'access', align: 'right' },
  { name: 'compute', align: 'right' },
] as const

function rowOf({ listing, document, prices, signal }: Listing & { signal?: bigint }, money: Money) {
  const { rows, name } = document.metadata
  return {
    listing,
    name,
    size: rows === undefined ? formatBytes(document.sizeBytes) : `${rows} rows`,
    access: prices.access === undefined ? '' : money.format(prices.access),
    compute: prices.compute === undefined ? '' : money.format(prices.compute),
    signal: signal === undefined ? '' : formatShares(signal),
  }
}

/** Prices are compared within one market, or else within one asset: the profile's. */
async function priceSearch(
  reader: Reader,
  { market }: Pick<ListListingsParams, 'market'>,
  { maxPrice, sort }: ShowListingsOptions,
): Promise<Pick<ListListingsParams, 'asset' | 'maxPrice'>> {
  if (maxPrice === undefined && sort !== 'price') return {}
  const money =
    market === undefined
      ? await moneyOf(reader.client, await tokenOf(reader, {}))
      : await moneyOfMarkets(reader)(market)
  return {
    ...(market === undefined ? { asset: money.token } : {}),
    ...(maxPrice === undefined ? {} : { maxPrice: money.parse('--max-price', maxPrice) }),
  }
}
