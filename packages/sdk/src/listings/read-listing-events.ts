import type { Address, DatatrustId, Hex, ListingId, MarketId } from '@gristmill/protocol'
import type { Log } from 'ethers'
import type { EventPlace } from '../chain/event-place.js'
import { readAllLogs } from '../chain/read-logs.js'
import type { Connection } from '../connection.js'
import { type Prices, pricesFromChain } from './prices.js'

interface ListingEventBase extends EventPlace {
  listing: ListingId
}

/** A listing was published. */
export interface ListingPublished extends ListingEventBase {
  type: 'published'
  market: MarketId
  maker: Address
  datatrust: DatatrustId
  content: { contentRoot: Hex; sizeBytes: bigint; policyHash: Hex; metadataHash: Hex }
  prices: Prices
  /** Unix seconds from which orders are taken. */
  activeFrom: number
}

/** The maker set other prices. */
export interface PricesChanged extends ListingEventBase {
  type: 'prices-changed'
  prices: Prices
}

/** A listing was put out of the market. */
export interface ListingExiting extends ListingEventBase {
  type: 'exiting'
  /** Unix seconds from which no order is taken. */
  exitAt: number
}

/** Share holders voted a listing out: it takes no order from now on. */
export interface ListingRemoved extends ListingEventBase {
  type: 'removed'
  /** What was left of the maker's bond, units of the asset's decimals. */
  bond: bigint
}

/** What happened to a listing. */
export type ListingEvent = ListingPublished | PricesChanged | ListingExiting | ListingRemoved

/** What `client.listings.events` takes. */
export interface ReadListingEventsParams {
  /** Block numbers, both included. */
  fromBlock: number
  toBlock: number | 'latest'
  /** Only of this one. */
  listing?: ListingId
}

const NAMES = ['ListingPublished', 'PricesChanged', 'ListingExiting', 'ListingRemoved'] as const

/** Events of all listings in the order in which they happened. */
export async function readListingEvents(
  connection: Connection,
  { fromBlock, toBlock, listing }: ReadListingEventsParams,
): Promise<ListingEvent[]> {
  const { listings } = connection.contracts
  const topics = [NAMES.map((name) => listings.interface.getEvent(name).topicHash), listing ?? null]
  const address = connection.deployment.listings
  const logs = await readAllLogs(connection, { address, topics, fromBlock, toBlock })
  return logs.map((log) => decode(connection, log))
}

function decode({ contracts: { listings } }: Connection, log: Log): ListingEvent {
  const name = NAMES.find((candidate) => listings.interface.getEvent(candidate).topicHash === log.topics[0])
  const args = listings.interface.decodeEventLog(name ?? '', log.data, log.topics)
  const about = {
    listing: args.listing as ListingId,
    blockNumber: log.blockNumber,
    blockHash: log.blockHash as Hex,
    transactionHash: log.transactionHash as Hex,
    logIndex: log.index,
  }
  switch (name) {
    case 'ListingPublished':
      return {
        type: 'published',
        ...about,
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
      return { type: 'prices-changed', ...about, prices: pricesFromChain(args.prices.access, args.prices.compute) }
    case 'ListingRemoved':
      return { type: 'removed', ...about, bond: args.bond as bigint }
    default:
      return { type: 'exiting', ...about, exitAt: Number(args.exitAt) }
  }
}
