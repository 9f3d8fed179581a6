import type { Address, DatatrustId, Hex, ListingId, MarketId } from '@gristmill/protocol'
import type { Client, OrderEvent } from '@gristmill/sdk'
import { BlockGoneError } from './chain-errors.js'
import type { ChainEvent, ListingPublished } from './chain-event.js'

export interface ReadEventsParams {
  datatrust: DatatrustId
  /** Both included. */
  fromBlock: number
  toBlock: number
}

/** Events of a datatrust's listings and orders, listings first: an order can only follow its listing. */
export async function readEvents(client: Client, params: ReadEventsParams): Promise<ChainEvent[]> {
  const { datatrust, fromBlock, toBlock } = params
  const { listings } = client.contracts
  const [published, orders] = await Promise.all([
    listings.queryFilter(listings.filters.ListingPublished(), fromBlock, toBlock),
    client.orders.events({ fromBlock, toBlock }),
  ])
  const events: ChainEvent[] = published
    .map(({ args }) => publishedOf(args))
    .filter((listing) => listing.datatrust === datatrust)
  for (const order of orders) {
    if (order.type === 'placed' && order.deal.datatrust !== datatrust) continue
    events.push(await orderEventOf(client, order))
  }
  return events
}

interface PublishedArgs {
  listing: string
  market: string
  maker: string
  datatrust: bigint
  content: { contentRoot: string; sizeBytes: bigint; policyHash: string; metadataHash: string }
}

function publishedOf({ listing, market, maker, datatrust, content }: PublishedArgs): ListingPublished {
  return {
    type: 'listing-published',
    listing: listing as ListingId,
    market: market as MarketId,
    maker: maker as Address,
    datatrust: Number(datatrust),
    content: {
      contentRoot: content.contentRoot as Hex,
      sizeBytes: content.sizeBytes,
      policyHash: content.policyHash as Hex,
      metadataHash: content.metadataHash as Hex,
    },
  }
}

async function orderEventOf(client: Client, event: OrderEvent): Promise<ChainEvent> {
  const { orderId } = event
  if (event.type !== 'placed') return { type: 'order-ended', orderId, how: event.type }
  const { deal, goods } = event
  const block = await client.provider.getBlock(event.blockHash)
  if (block === null) throw new BlockGoneError(event.blockHash)
  return { type: 'order-placed', orderId, deal, goods, placedAt: block.timestamp }
}
