import type { ListingId } from '@gristmill/protocol'
import type { ContractTransactionReceipt } from 'ethers'
import { eventOf } from '../chain/events-of.js'
import { send } from '../chain/send.js'
import type { Connection } from '../connection.js'

/** What `client.listings.exit` and `client.listings.returnBond` take. */
export interface ExitListingParams {
  listing: ListingId
}

/** What `client.listings.exit` gives. */
export interface ExitListingResult {
  /** Unix seconds from which no order is taken. */
  exitAt: number
  receipt: ContractTransactionReceipt
}

/** Starts the exit of a listing; maker only. */
export async function exitListing(connection: Connection, { listing }: ExitListingParams): Promise<ExitListingResult> {
  const { listings } = connection.contracts
  const receipt = await send(connection, listings.exit, listing)
  return { exitAt: Number(eventOf(listings, listings.getEvent('ListingExiting'), receipt).exitAt), receipt }
}

/** What `client.listings.returnBond` gives. */
export interface ReturnBondResult {
  /** Credited to the maker in the Vault, units of the asset's decimals. */
  amount: bigint
  receipt: ContractTransactionReceipt
}

/** Credits the bond of a listing to its maker, after the exit; anyone may. */
export async function returnBond(connection: Connection, { listing }: ExitListingParams): Promise<ReturnBondResult> {
  const { listings } = connection.contracts
  const receipt = await send(connection, listings.returnBond, listing)
  return { amount: eventOf(listings, listings.getEvent('ListingBondReturned'), receipt).amount, receipt }
}
