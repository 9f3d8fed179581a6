import type { Address, Hex, ListingId, MarketId } from '@gristmill/protocol'
import type { Client, OrderEvent } from '@gristmill/sdk'
import type { ChainEvent, ListingPublished } from './chain-event.js'

/** Events of listings and orders in these blocks, listings first: an order can only follow its listing. */
export async function readEvents(client: Client, fromBlock: number, toBlock: number): Promise<ChainEvent[]> {
  const { listings } = client.contracts
  const [published, orders] = await Promise.all([
    listings.queryFilter(listings.filters.ListingPublished(), fromBlock, toBlock),
    client.orders.events({ fromBlock, toBlock }),
  ])
  const events: ChainEvent[] = published.map(({ args }) => publishedOf(args))
  for (const order of orders) events.push(await orderEventOf(client, order))
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
  return { type: 'order-placed', orderId, deal, goods, placedAt: block?.timestamp ?? 0 }
}
