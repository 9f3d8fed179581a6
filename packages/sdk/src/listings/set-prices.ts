import type { ListingId } from '@gristmill/protocol'
import type { ContractTransactionReceipt } from 'ethers'
import { send } from '../chain/send.js'
import type { Connection } from '../connection.js'
import { type Prices, pricesToChain } from './prices.js'

/** What `client.listings.setPrices` takes. */
export interface SetPricesParams {
  listing: ListingId
  /** A service that was not offered at publishing stays so. */
  prices: Prices
}

/** What `client.listings.setPrices` gives. */
export interface SetPricesResult {
  receipt: ContractTransactionReceipt
}

/** Changes prices, for new orders only; maker only. */
export async function setPrices(connection: Connection, params: SetPricesParams): Promise<SetPricesResult> {
  const { listing, prices } = params
  return { receipt: await send(connection, connection.contracts.listings.setPrices, listing, pricesToChain(prices)) }
}
