import type { Address, DatatrustId, Deal, Goods, Hex, ListingId, MarketId, OrderId } from '@gristmill/protocol'

export interface ListingPublished {
  type: 'listing-published'
  listing: ListingId
  market: MarketId
  maker: Address
  datatrust: DatatrustId
  content: { contentRoot: Hex; sizeBytes: bigint; policyHash: Hex; metadataHash: Hex }
}

export interface OrderPlaced {
  type: 'order-placed'
  orderId: OrderId
  deal: Deal
  goods: Goods
  /** Of its block, Unix seconds. */
  placedAt: number
}

/** An order reached a state in which nothing more is asked of the datatrust. */
export interface OrderEnded {
  type: 'order-ended'
  orderId: OrderId
  how: 'fulfilled' | 'settled' | 'refunded'
}

/** What the datatrust learns from the chain, in the chain's order. */
export type ChainEvent = ListingPublished | OrderPlaced | OrderEnded
