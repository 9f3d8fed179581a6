import type { Address, DatatrustId, Hex, ListingId, MarketId } from '@gristmill/protocol'
import type { Log } from 'ethers'
import { readAllLogs } from '../chain/read-logs.js'
import type { Connection } from '../connection.js'
import { type Prices, pricesFromChain } from './prices.js'

export interface ListingPublished {
  type: 'published'
  listing: ListingId
  market: MarketId
  maker: Address
  datatrust: DatatrustId
  content: { contentRoot: Hex; sizeBytes: bigint; policyHash: Hex; metadataHash: Hex }
  prices: Prices
  /** Unix seconds from which orders are taken. */
  activeFrom: number
}

export interface PricesChanged {
  type: 'prices-changed'
  listing: ListingId
  prices: Prices
}

export interface ListingExiting {
  type: 'exiting'
  listing: ListingId
  /** Unix seconds from which no order is taken. */
  exitAt: number
}

/** What happened to a listing. */
export type ListingEvent = ListingPublished | PricesChanged | ListingExiting

export interface ReadListingEventsParams {
  /** Block numbers, both included. */
  fromBlock: number
  toBlock: number | 'latest'
}

const NAMES = ['ListingPublished', 'PricesChanged', 'ListingExiting'] as const

/** Events of all listings in the order in which they happened. */
export async function readListingEvents(
  connection: Connection,
  { fromBlock, toBlock }: ReadListingEventsParams,
): Promise<ListingEvent[]> {
  const { listings } = connection.contracts
  const topics = [NAMES.map((name) => listings.interface.getEvent(name).topicHash)]
  const address = connection.deployment.listings
  const logs = await readAllLogs(connection, { address, topics, fromBlock, toBlock })
  return logs.map((log) => decode(connection, log))
}

function decode({ contracts: { listings } }: Connection, log: Log): ListingEvent {
  const name = NAMES.find((candidate) => listings.interface.getEvent(candidate).topicHash === log.topics[0])
  const args = listings.interface.decodeEventLog(name ?? '', log.data, log.topics)
  const listing = args.listing as ListingId
  switch (name) {
    case 'ListingPublished':
      return {
        type: 'published',
        listing,
        market: args.market as MarketId,
        maker: args.maker as Address,
        datatrust: Number(args.datatrust),
        content: {
          contentRoot: args.content.contentRoot as Hex,
          sizeBytes: args.content.sizeBytes as bigint,
          policyHash: args.content.policyHash as Hex,
          metadataHash: args.content.metadataHash as Hex,
        },
        prices: pricesFromChain(args.prices.access, args.prices.compute),
        activeFrom: Number(args.activeFrom),
      }
    case 'PricesChanged':
      return { type: 'prices-changed', listing, prices: pricesFromChain(args.prices.access, args.prices.compute) }
    default:
      return { type: 'exiting', listing, exitAt: Number(args.exitAt) }
  }
}
