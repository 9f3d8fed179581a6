import type { Address, Deal, Goods, Hex, OrderId } from '@gristmill/protocol'
import type { PricesChanged as Changed, ListingExiting as Exiting, ListingPublished as Published } from '@gristmill/sdk'
import type { ChainEventType } from '../db/schema.js'

/** Where and when the chain told something. */
export interface Told {
  /** What it was called there. */
  told: ChainEventType
  blockNumber: number
  logIndex: number
  transactionHash: Hex
  /** Of its block, Unix seconds. */
  happenedAt: number
}

export type PricesChanged = Changed & Told
export type ListingExiting = Exiting & Told

export interface ListingPublished extends Published, Told {
  blockNumber: number
  logIndex: number
  transactionHash: Hex
  /** Of its market. */
  asset: Address
}

export interface OrderPlaced extends Told {
  type: 'order-placed'
  orderId: OrderId
  deal: Deal
  goods: Goods
}

/** An order reached a state in which nothing more is asked of the datatrust. */
export type OrderEnded = {
  type: 'order-ended'
  orderId: OrderId
} & Told &
  (Fulfilled | { how: 'settled' | 'refunded' })

/** Its key is public, or its receipt is on chain. */
interface Fulfilled {
  how: 'fulfilled'
  deliveryHash: Hex
  /** Unix seconds; strictly after it anybody may settle. */
  settlesAfter: number
}

/** What is due waits for an arbiter. */
export interface OrderDisputed extends Told {
  type: 'order-disputed'
  orderId: OrderId
  /** Unix seconds; strictly after it anybody may settle, if the arbiter has not ruled. */
  lapsesAfter: number
}

/** What happened to an order without anything to be done about it here. */
export interface OrderContested extends Told {
  type: 'order-contested'
  orderId: OrderId
}

/** What the datatrust learns from the chain, in the chain's order. */
export type ChainEvent =
  | ListingPublished
  | PricesChanged
  | ListingExiting
  | OrderPlaced
  | OrderEnded
  | OrderDisputed
  | OrderContested
