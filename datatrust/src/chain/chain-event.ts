import type { Address, Deal, Goods, OrderId } from '@gristmill/protocol'
import type { ListingExiting, PricesChanged, ListingPublished as Published } from '@gristmill/sdk'

export type { ListingExiting, PricesChanged }

export interface ListingPublished extends Published {
  /** Of its market. */
  asset: Address
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
export type ChainEvent = ListingPublished | PricesChanged | ListingExiting | OrderPlaced | OrderEnded
