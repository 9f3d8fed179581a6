import { type Address, isProtocolError, type MarketId, marketIdOf, SHARE_UNIT } from '@gristmill/protocol'
import { type Client, MARKET_PRESETS } from '@gristmill/sdk'
import { id } from 'ethers'

const DECIMALS = 6
const ONE = 10n ** BigInt(DECIMALS)
const SEED = 1_000n * ONE
const CURVE_SHARES = 1_000_000n * SHARE_UNIT
const SALT = id('gristmill dev') as Address

/** The market of a local network, with waits of at most an hour; created by the client's account if it is not there. */
export async function openDevMarket(client: Client, token: Address): Promise<MarketId> {
  const market = marketIdOf(client.deployment.markets, client.account!, SALT)
  try {
    await client.markets.get({ market })
  } catch (error) {
    if (!isProtocolError(error, 'MARKETS_UNKNOWN')) throw error
    const config = MARKET_PRESETS.quick(DECIMALS)
    const terms = { asset: token, p0: ONE, k: CURVE_SHARES, config, seed: SEED, salt: SALT }
    await client.markets.create({ ...terms, payment: 'permit' })
  }
  return market
}
