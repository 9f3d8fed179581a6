import type { Address, ListingId } from '@gristmill/protocol'
import { onChain } from '../chain/on-chain.js'
import type { Connection } from '../connection.js'

/** What `client.orders.hasAccess` takes. */
export interface HasAccessParams {
  listing: ListingId
  account: Address
  /** The buyer's number of the order. */
  n: bigint
}

/** True if the account has placed this access order and it was not refunded. */
export function hasAccess(connection: Connection, { listing, account, n }: HasAccessParams): Promise<boolean> {
  return onChain(() => connection.contracts.orders.hasAccess(listing, account, n))
}
