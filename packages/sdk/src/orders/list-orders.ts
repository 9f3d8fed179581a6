import type { Address, ListingId, Status } from '@gristmill/protocol'
import { type Log, type TopicFilter, zeroPadValue } from 'ethers'
import { cursorOf, type LogCursor, parseCursor } from '../chain/log-cursor.js'
import { pageSizeOf } from '../chain/page-size.js'
import { readAllLogs, readLogs } from '../chain/read-logs.js'
import type { Connection } from '../connection.js'
import type { Order } from './get-order.js'
import { statusOf } from './order-status.js'
import { decodePlaced } from './read-order-events.js'

/** Most listings by which a node is asked to choose; of more, all orders are read and chosen here. */
const TOPICS_MAX = 200

/** What `client.orders.list` takes. */
export interface ListOrdersParams {
  /** Whose orders. */
  account: Address
  /** `buyer`: placed by the account, also runs; `maker`: of the account's listings. */
  role: 'buyer' | 'maker'
  /** Only those in this state on chain. */
  status?: Status
  /** Only those for this listing. */
  listing?: ListingId
  /** 1 to 100; default 20. */
  limit?: number
  /** `next` of the page before. */
  after?: LogCursor
}

/** What `client.orders.list` gives. */
export interface ListOrdersResult {
  orders: Order[]
  /** Absent on the last page. */
  next?: LogCursor
}

/**
 * A page of an account's orders, the newest first, from the chain alone.
 *
 * @example
 * const { orders, next } = await client.orders.list({ account, role: 'buyer', status: 'placed' })
 */
export async function listOrders(connection: Connection, params: ListOrdersParams): Promise<ListOrdersResult> {
  const limit = pageSizeOf(params.limit)
  const { toBlock, isSeen } = parseCursor(params.after)
  const topics = await topicsOf(connection, params)
  if (topics === undefined) return { orders: [] }
  const { orders: address, deployedAtBlock: fromBlock } = connection.deployment
  const orders: Order[] = []
  let next: LogCursor | undefined
  for await (const logs of readLogs(connection, { address, topics, fromBlock, toBlock, order: 'newest-first' })) {
    const unseen = logs.filter((log) => !isSeen(log))
    // As many states as fit a page are asked for at once.
    for (let start = 0; start < unseen.length; start += limit) {
      for (const [log, order] of await ordersOf(connection, unseen.slice(start, start + limit), params)) {
        if (orders.length === limit) return { orders, ...(next === undefined ? {} : { next }) }
        orders.push(order)
        next = cursorOf(log)
      }
    }
  }
  return { orders }
}

/** The orders placed in these logs that are wanted. */
async function ordersOf(connection: Connection, logs: readonly Log[], params: ListOrdersParams) {
  const { account, role, status: wanted } = params
  const placed = logs
    .map((log) => [log, decodePlaced(connection, log)] as const)
    .filter(([, { deal }]) => deal[role].toLowerCase() === account.toLowerCase())
  const entries = placed.map(async ([log, { orderId, deal, goods, blockNumber }]) => {
    const status = await statusOf(connection, { orderId })
    return [log, { orderId, ...status, deal, goods, placedAtBlock: blockNumber }] as const
  })
  return (await Promise.all(entries)).filter(([, { status }]) => wanted === undefined || status === wanted)
}

/** Undefined if there can be none. */
async function topicsOf(connection: Connection, params: ListOrdersParams): Promise<TopicFilter | undefined> {
  const { account, role, listing } = params
  const { topicHash } = connection.contracts.orders.interface.getEvent('OrderPlaced')
  if (role === 'buyer') return [topicHash, null, listing ?? null, zeroPadValue(account, 32)]
  if (listing !== undefined) return [topicHash, null, listing]
  const listings = await listingsOf(connection, account)
  if (listings.length === 0) return undefined
  return listings.length > TOPICS_MAX ? [topicHash] : [topicHash, null, listings]
}

/** Ids of everything that an account has listed: OrderPlaced does not index its maker. */
async function listingsOf(connection: Connection, maker: Address): Promise<string[]> {
  const { interface: listings } = connection.contracts.listings
  const { topicHash } = listings.getEvent('ListingPublished')
  const { listings: address, deployedAtBlock: fromBlock } = connection.deployment
  const topics = [topicHash, null, null, zeroPadValue(maker, 32)]
  const logs = await readAllLogs(connection, { address, topics, fromBlock, toBlock: 'latest' })
  return logs.map((log) => log.topics[1] as string)
}
