import { type Hex, type ListingId, ZERO_BYTES32 } from '@gristmill/protocol'
import type { Order } from '@gristmill/sdk'
import type { Session } from '../session.js'

export interface WantedOrder {
  listing: ListingId
  /** Of a run; absent for data. */
  run?: {
    algorithm: Hex
    parametersHash: Hex
    /** Of a joint run: all of them, that of the algorithm included. */
    listings?: readonly ListingId[]
  }
  /** Of data: as an OpenPGP message, not by the fair exchange. */
  isDirect?: boolean
}

/**
 * The newest order of the account for the same thing that still brings it, or brought it and brings it again. Undefined
 * where a new order has to be paid.
 */
export async function findOpenOrder(
  { client, account, sessionKeys }: Session,
  { listing, run, isDirect = false }: WantedOrder,
): Promise<Order | undefined> {
  const now = await client.chainTime()
  const isOpen = async (order: Order): Promise<boolean> => {
    const { status, deadline, kind, goods } = order
    const isSame =
      run === undefined
        ? kind === 'access'
        : kind === 'compute' &&
          goods.algorithm === run.algorithm &&
          goods.parametersHash === run.parametersHash &&
          (await isOver(client, order, run.listings))
    if (!isSame || (goods.keyHash === ZERO_BYTES32) !== isDirect) return false
    // Without its session key an order cannot be acknowledged: it comes to nothing, and the price comes back.
    if (status === 'placed')
      return deadline > now && (isDirect || (await sessionKeys.read(order.orderId)) !== undefined)
    return status === 'revealed' || (status === 'settled' && (kind === 'access' || (await hasModel(client, order))))
  }
  let after: string | undefined
  do {
    const more = after === undefined ? {} : { after }
    const page = await client.orders.list({ account, role: 'buyer', listing, limit: 100, ...more })
    for (const order of page.orders) if (await isOpen(order)) return order
    after = page.next
  } while (after !== undefined)
  return undefined
}

/** Whether an order's run is over exactly these listings: over its own alone, or a joint one. */
async function isOver({ orders }: Session['client'], { orderId, goods }: Order, listings?: readonly ListingId[]) {
  if (goods.runId === ZERO_BYTES32 || listings === undefined)
    return goods.runId === ZERO_BYTES32 && listings === undefined
  const { orderIds, isWhole } = await orders.run({ orderId })
  const ran = await Promise.all(orderIds.map(async (id) => (await orders.get({ orderId: id })).deal.listing))
  return isWhole && ran.toSorted().join() === listings.toSorted().join()
}

/** Whether the key of a run's model is public: one that failed, or that nobody acknowledged, brings nothing. */
async function hasModel({ orders }: Session['client'], { orderId, placedAtBlock }: Order): Promise<boolean> {
  const events = await orders.events({ fromBlock: placedAtBlock, toBlock: 'latest', orderIds: [orderId] })
  return events.some(({ type }) => type === 'revealed')
}
