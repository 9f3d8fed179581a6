import type { ListingId } from '@gristmill/protocol'
import type { ContractTransactionReceipt } from 'ethers'
import { eventsOf } from '../chain/events-of.js'
import { send } from '../chain/send.js'
import type { Connection } from '../connection.js'

/** What `client.signals.flush` takes. */
export interface FlushListingParams {
  listing: ListingId
}

/** What `client.signals.flush` gives. */
export interface FlushListingResult {
  /** What waited, units of the asset's decimals; 0 if nothing did. */
  amount: bigint
  /** True where no signal is active: the amount was booked as the market's revenue. */
  toReserve: boolean
  receipt: ContractTransactionReceipt
}

/** Pays the curators' part that waits for a listing to its active signals, or to the reserve; anyone may. */
export async function flushListing(connection: Connection, params: FlushListingParams): Promise<FlushListingResult> {
  const { signals } = connection.contracts
  const receipt = await send(connection, signals.flush, params.listing)
  const [event] = eventsOf(signals, signals.getEvent('Flushed'), receipt)
  return { amount: event?.amount ?? 0n, toReserve: event?.toReserve ?? false, receipt }
}
