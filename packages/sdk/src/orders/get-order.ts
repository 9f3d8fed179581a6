import type { Deal, Goods, OrderId } from '@gristmill/protocol'
import type { Connection } from '../connection.js'
import { NotFulfilledError, NotRevealedError, OrderUnknownError } from '../errors/order-errors.js'
import { type OrderParams, type OrderStatus, statusOf } from './order-status.js'
import {
  type OrderEvent,
  type OrderFulfilled,
  type OrderPlaced,
  type OrderRevealed,
  readEventsOfOrder,
} from './read-order-events.js'

/** An order with the terms that were agreed, rebuilt from the chain alone. */
export interface Order extends OrderStatus {
  orderId: OrderId
  deal: Deal
  goods: Goods
  placedAtBlock: number
}

/** An order and its state on chain. */
export async function getOrder(connection: Connection, { orderId }: OrderParams): Promise<Order> {
  const status = await statusOf(connection, { orderId })
  const { deal, goods, blockNumber } = await findPlaced(connection, orderId)
  return { orderId, ...status, deal, goods, placedAtBlock: blockNumber }
}

/** The event with which an order began. */
export async function findPlaced(connection: Connection, orderId: OrderId): Promise<OrderPlaced> {
  const placed = (await eventsOf(connection, orderId)).find((event) => event.type === 'placed')
  if (placed === undefined) throw new OrderUnknownError(orderId)
  return placed
}

/** The event that says what was delivered: that of the key, or of the receipt alone. */
export async function findDelivered(connection: Connection, orderId: OrderId): Promise<OrderFulfilled | OrderRevealed> {
  const delivered = (await eventsOf(connection, orderId)).find(
    (event) => event.type === 'fulfilled' || event.type === 'revealed',
  )
  if (delivered !== undefined) return delivered
  throw new NotFulfilledError(orderId, (await statusOf(connection, { orderId })).status)
}

/** The event with which the key of a fair exchange was revealed. */
export async function findRevealed(connection: Connection, orderId: OrderId): Promise<OrderRevealed> {
  const revealed = (await eventsOf(connection, orderId)).find((event) => event.type === 'revealed')
  if (revealed !== undefined) return revealed
  throw new NotRevealedError(orderId, (await statusOf(connection, { orderId })).status)
}

/** Looks at the state first: for an order that was never placed no log has to be searched. */
async function eventsOf(connection: Connection, orderId: OrderId): Promise<OrderEvent[]> {
  const { status } = await statusOf(connection, { orderId })
  return status === 'none' ? [] : readEventsOfOrder(connection, orderId)
}
