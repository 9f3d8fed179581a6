import type { ListingId } from '@gristmill/protocol'
import type { ContractTransactionReceipt } from 'ethers'
import { eventsOf } from '../chain/events-of.js'
import { send } from '../chain/send.js'
import type { Connection } from '../connection.js'

/** What `client.orders.flush` takes. */
export interface FlushListingParams {
  listing: ListingId
}

/** What `client.orders.flush` gives. */
export interface FlushListingResult {
  /** Booked as the market's revenue, units of the asset's decimals; 0 if nothing waited. */
  amount: bigint
  receipt: ContractTransactionReceipt
}

/** Books the curators' part that waits for a listing; anyone may. */
export async function flushListing(connection: Connection, params: FlushListingParams): Promise<FlushListingResult> {
  const { orders } = connection.contracts
  const receipt = await send(connection, orders.flush, params.listing)
  const [event] = eventsOf(orders, orders.getEvent('Flushed'), receipt)
  return { amount: event?.amount ?? 0n, receipt }
}
