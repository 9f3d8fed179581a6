import type { Address, DatatrustId, Hex, MarketId, OrderId } from '@gristmill/protocol'
import type { Client, ListingEvent, OrderEvent } from '@gristmill/sdk'
import { BlockGoneError } from './chain-errors.js'
import type { ChainEvent, Told } from './chain-event.js'

export interface ReadEventsParams {
  datatrust: DatatrustId
  /** Both included. */
  fromBlock: number
  toBlock: number
}

/** Events of a datatrust's listings and orders, listings first: an order can only follow its listing. */
export async function readEvents(client: Client, params: ReadEventsParams): Promise<ChainEvent[]> {
  const { datatrust, fromBlock, toBlock } = params
  const [listings, orders] = await Promise.all([
    client.listings.events({ fromBlock, toBlock }),
    client.orders.events({ fromBlock, toBlock }),
  ])
  const times = new BlockTimes(client)
  const events: ChainEvent[] = []
  for (const event of listings) {
    if (event.type === 'published' && event.datatrust !== datatrust) continue
    events.push(await listingEventOf(client, event, await times.told(event)))
  }
  for (const order of orders) {
    if (order.type === 'placed' && order.deal.datatrust !== datatrust) continue
    events.push(orderEventOf(order, await times.told(order)))
  }
  return events
}

export interface ReadOrderEventsParams extends Pick<ReadEventsParams, 'fromBlock' | 'toBlock'> {
  orderId: OrderId
}

/** Events of one order, whatever its datatrust. */
export async function readOrderEvents(client: Client, params: ReadOrderEventsParams): Promise<ChainEvent[]> {
  const { orderId, fromBlock, toBlock } = params
  const times = new BlockTimes(client)
  const events = await client.orders.events({ fromBlock, toBlock, orderIds: [orderId] })
  return Promise.all(events.map(async (event) => orderEventOf(event, await times.told(event))))
}

/** When blocks were made; each is asked for once. */
class BlockTimes {
  readonly #client: Client
  readonly #times = new Map<Hex, Promise<number>>()

  constructor(client: Client) {
    this.#client = client
  }

  /** Where and when an event was told. Throws BlockGoneError if its block is not on the chain any more. */
  async told(event: ListingEvent | OrderEvent): Promise<Told> {
    const { type: told, blockNumber, blockHash, logIndex, transactionHash } = event
    const time = this.#times.get(blockHash) ?? this.#ask(blockHash)
    this.#times.set(blockHash, time)
    return { told, blockNumber, logIndex, transactionHash, happenedAt: await time }
  }

  async #ask(blockHash: Hex): Promise<number> {
    const block = await this.#client.provider.getBlock(blockHash)
    if (block === null) throw new BlockGoneError(blockHash)
    return block.timestamp
  }
}

async function assetOf(client: Client, market: MarketId): Promise<Address> {
  return (await client.contracts.markets.identityOf(market)).asset as Address
}

/** What changes does not name its datatrust: whoever takes it over knows whether the listing is served here. */
async function listingEventOf(client: Client, event: ListingEvent, told: Told): Promise<ChainEvent> {
  switch (event.type) {
    case 'published':
      return { ...event, ...told, asset: await assetOf(client, event.market) }
    case 'removed': {
      // What was voted out takes orders no longer than what its maker took out.
      const { exitAt } = await client.listings.record({ listing: event.listing })
      const { bond: _, ...rest } = event
      return { ...rest, ...told, type: 'exiting', exitAt }
    }
    case 'exiting':
    case 'prices-changed':
      return { ...event, ...told }
  }
}

function orderEventOf(event: OrderEvent, told: Told): ChainEvent {
  const { orderId, type } = event
  switch (type) {
    case 'placed':
      return { type: 'order-placed', orderId, deal: event.deal, goods: event.goods, ...told }
    // A key that is revealed is all that was owed, as a receipt is.
    case 'revealed':
    case 'fulfilled': {
      const { deliveryHash, settlesAfter } = event
      return { type: 'order-ended', orderId, how: 'fulfilled', deliveryHash, settlesAfter, ...told }
    }
    case 'settled':
    case 'refunded':
      return { type: 'order-ended', orderId, how: type, ...told }
    case 'disputed':
      return { type: 'order-disputed', orderId, lapsesAfter: event.lapsesAfter, ...told }
    case 'complaint-upheld':
    case 'contradiction-proven':
    case 'ruled':
      return { type: 'order-contested', orderId, ...told }
  }
}
