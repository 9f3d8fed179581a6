import { type Kind, type OrderId, STATUSES, type Status } from '@gristmill/protocol'
import { onChain } from '../chain/on-chain.js'
import type { Connection } from '../connection.js'
import { kindFromChain, nameOf } from './deal-from-chain.js'

/** What `client.orders.status` and `client.orders.get` and `client.orders.document` take. */
export interface OrderParams {
  orderId: OrderId
}

/** What the chain says of an order. */
export interface OrderStatus {
  /** `none` for an order that was not placed. */
  status: Status
  kind: Kind
  /**
   * Unix seconds: fulfilBy while placed, end of the window while revealed or fulfilled, the last second in which the
   * arbiter may rule while disputed.
   */
  deadline: number
}

/** State of an order on chain. */
export async function statusOf(connection: Connection, { orderId }: OrderParams): Promise<OrderStatus> {
  const [status, kind, deadline] = await onChain(() => connection.contracts.orders.statusOf(orderId))
  return { status: nameOf('status', STATUSES, status), kind: kindFromChain(kind), deadline: Number(deadline) }
}
