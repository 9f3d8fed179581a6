import { type Hex, type OrderId, runIdOf, ZERO_BYTES32 } from '@gristmill/protocol'
import type { Connection } from '../connection.js'
import { findPlaced } from './get-order.js'
import type { OrderParams } from './order-status.js'
import { readOrderEvents } from './read-order-events.js'

/** The orders that were placed for one run. */
export interface Run {
  /** Zero for an order alone. */
  runId: Hex
  /** The order that was asked for, and those placed in its block for the same run. */
  orderIds: OrderId[]
  /** They are all the orders of the run: others of a joint run were placed elsewhere, or never. */
  isWhole: boolean
}

/** The run that an order belongs to, from the chain alone. */
export async function getRun(connection: Connection, { orderId }: OrderParams): Promise<Run> {
  const { goods, blockNumber } = await findPlaced(connection, orderId)
  const { runId } = goods
  if (runId === ZERO_BYTES32) return { runId, orderIds: [orderId], isWhole: true }
  const events = await readOrderEvents(connection, { fromBlock: blockNumber, toBlock: blockNumber })
  const orderIds = events.flatMap((event) =>
    event.type === 'placed' && event.goods.runId === runId ? [event.orderId] : [],
  )
  return { runId, orderIds, isWhole: runIdOf(orderIds) === runId }
}
