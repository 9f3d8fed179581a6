import type { Address, DatatrustId, MarketId, OrderId } from '@gristmill/protocol'
import type { Client, ListingRemoved, OrderEvent } from '@gristmill/sdk'
import { BlockGoneError } from './chain-errors.js'
import type { ChainEvent } from './chain-event.js'

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
  const events: ChainEvent[] = []
  for (const event of listings) {
    // What changes does not name its datatrust: whoever takes it over knows whether the listing is served here.
    if (event.type === 'removed') events.push(await exitOf(client, event))
    else if (event.type !== 'published') events.push(event)
    else if (event.datatrust === datatrust) events.push({ ...event, asset: await assetOf(client, event.market) })
  }
  for (const order of orders) {
    if (order.type === 'placed' && order.deal.datatrust !== datatrust) continue
    events.push(...(await orderEventsOf(client, order)))
  }
  return events
}

export interface ReadOrderEventsParams extends Pick<ReadEventsParams, 'fromBlock' | 'toBlock'> {
  orderId: OrderId
}

/** Events of one order, whatever its datatrust. */
export async function readOrderEvents(client: Client, params: ReadOrderEventsParams): Promise<ChainEvent[]> {
  const { orderId, fromBlock, toBlock } = params
  const events = await client.orders.events({ fromBlock, toBlock, orderIds: [orderId] })
  return (await Promise.all(events.map((event) => orderEventsOf(client, event)))).flat()
}

async function assetOf(client: Client, market: MarketId): Promise<Address> {
  return (await client.contracts.markets.identityOf(market)).asset as Address
}

/** What was voted out takes orders no longer than what its maker took out. */
async function exitOf(client: Client, { listing, blockNumber }: ListingRemoved): Promise<ChainEvent> {
  const { exitAt } = await client.listings.record({ listing })
  return { type: 'exiting', listing, blockNumber, exitAt }
}

/** None for what nothing more has to be done about. */
async function orderEventsOf(client: Client, event: OrderEvent): Promise<ChainEvent[]> {
  const { orderId, type } = event
  if (type === 'fulfilled' || type === 'settled' || type === 'refunded') {
    return [{ type: 'order-ended', orderId, how: type }]
  }
  // A key that is revealed is all that was owed, as a receipt is.
  if (type === 'revealed') return [{ type: 'order-ended', orderId, how: 'fulfilled' }]
  if (type !== 'placed') return []
  const { deal, goods } = event
  const block = await client.provider.getBlock(event.blockHash)
  if (block === null) throw new BlockGoneError(event.blockHash)
  return [{ type: 'order-placed', orderId, deal, goods, placedAt: block.timestamp }]
}
