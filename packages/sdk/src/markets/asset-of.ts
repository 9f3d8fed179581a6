import type { Address, MarketId } from '@gristmill/protocol'
import { onChain } from '../chain/on-chain.js'
import type { Connection } from '../connection.js'

/** ERC-20 in which a market counts. */
export async function assetOf(connection: Connection, market: MarketId): Promise<Address> {
  return (await onChain(() => connection.contracts.markets.identityOf(market))).asset as Address
}
