import type { ListingId } from '@gristmill/protocol'
import type { ContractTransactionReceipt } from 'ethers'
import { send } from '../chain/send.js'
import type { Connection } from '../connection.js'

/** What `client.signals.signal` and `client.signals.withdraw` take. */
export interface SignalListingParams {
  listing: ListingId
  /** Shares of the listing's market, 18 decimals. */
  amount: bigint
}

/** What `client.signals.signal` and `client.signals.withdraw` give. */
export interface SignalListingResult {
  receipt: ContractTransactionReceipt
}

/** Points shares at a listing: they earn from its sales, after a wait, and stay with the account meanwhile. */
export async function signalListing(
  connection: Connection,
  { listing, amount }: SignalListingParams,
): Promise<SignalListingResult> {
  return { receipt: await send(connection, connection.contracts.signals.signal, listing, amount) }
}

/** Takes a signal back, the newest shares first; always possible, at once and in full. */
export async function withdrawSignal(
  connection: Connection,
  { listing, amount }: SignalListingParams,
): Promise<SignalListingResult> {
  return { receipt: await send(connection, connection.contracts.signals.withdraw, listing, amount) }
}
