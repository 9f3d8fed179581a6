import type { Address, DatatrustId, Hex, ListingId, MarketId } from '@gristmill/protocol'
import { onChain } from '../chain/on-chain.js'
import type { Connection } from '../connection.js'
import { type Prices, pricesFromChain } from './prices.js'

/** What `client.listings.get` and `client.listings.record` take. */
export interface GetListingParams {
  listing: ListingId
}

/** A listing as the chain knows it. */
export interface ListingRecord {
  listing: ListingId
  maker: Address
  datatrust: DatatrustId
  market: MarketId
  /** Commits to contentRoot, sizeBytes, policyHash and metadataHash, see `termsHashOf`. */
  termsHash: Hex
  prices: Prices
  /** Unix seconds from which orders are taken. */
  activeFrom: number
  /** Unix seconds from which no order is taken; 0: not exiting. */
  exitAt: number
  configVersion: number
  /** Unix seconds until which a challenge keeps the bond; 0 or past: none does. */
  heldUntil: number
}

/** What the chain knows about a listing. */
export async function getListingRecord(connection: Connection, { listing }: GetListingParams): Promise<ListingRecord> {
  const { listings } = connection.contracts
  const [found, heldUntil] = await onChain(() => Promise.all([listings.get(listing), listings.heldUntil(listing)]))
  return {
    listing,
    maker: found.maker as Address,
    datatrust: Number(found.datatrust),
    market: found.market as MarketId,
    termsHash: found.termsHash as Hex,
    prices: pricesFromChain(found.accessPrice, found.computePrice),
    activeFrom: Number(found.activeFrom),
    exitAt: Number(found.exitAt),
    configVersion: Number(found.configVersion),
    heldUntil: Number(heldUntil),
  }
}
