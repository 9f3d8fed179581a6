import type { IMarkets } from '@gristmill/abi'
import { mulDivUp, pricesOf } from '@gristmill/curve'
import { type Address, type MarketId, SHARE_UNIT } from '@gristmill/protocol'
import { isCallException } from 'ethers'
import { asOfOneBlock } from '../chain/as-of-one-block.js'
import type { Connection } from '../connection.js'
import { type MarketConfig, marketConfigFromChain } from './market-config.js'

/** What `client.markets.get` takes. */
export interface GetMarketParams {
  market: MarketId
}

/** Where a market's money is; units of the asset's decimals. */
export interface MarketReserve {
  /** What shares are redeemed from. */
  unlocked: bigint
  /** Revenue that drips into `unlocked`. */
  locked: bigint
  /** What orders in escrow may still bring; no part of the reserve. */
  pending: bigint
  /** Pays makers. */
  bounty: bigint
  /** Unix seconds at which `locked` is all unlocked. */
  dripEnd: number
  /** Shares in existence, 18 decimals. */
  supply: bigint
}

/** A market as it is now. */
export interface Market {
  market: MarketId
  asset: Address
  curve: Address
  share: Address
  /** Zero: nobody may set the config. */
  admin: Address
  /** Price of the first share, asset units per 1e18 share units. */
  p0: bigint
  /** Shares over which the ask rises by p0, 18 decimals. */
  k: bigint
  config: MarketConfig
  configVersion: number
  reserve: MarketReserve
  prices: MarketPrices
}

/** Marginal prices, asset units per 1e18 share units. */
export interface MarketPrices {
  /**
   * What the next share costs, rounded up. Of a curve other than the deployment's LinearCurve, which tells no marginal
   * price: the mean price of about one share. Absent if that curve fails.
   */
  ask?: bigint
  /** What a share pays when redeemed, rounded down. */
  bid: bigint
  /** What a share pays once the locked revenue has dripped, rounded down. */
  nav: bigint
}

/** Everything about a market, as of one block. */
export function getMarket(connection: Connection, { market }: GetMarketParams): Promise<Market> {
  const { markets } = connection.contracts
  return asOfOneBlock(connection, async () => {
    const [identity, [config, version], reserve] = await Promise.all([
      markets.identityOf(market),
      markets.configOf(market),
      markets.reserveOf(market),
    ])
    const { unlocked, locked, pending, bounty, supply } = reserve
    const state = { unlocked, locked, pending, bounty, supply, dripEnd: Number(reserve.dripEnd) }
    const { p0, k } = identity
    const rules = { p0, k, spreadBps: Number(config.spreadBps), dripSeconds: Number(config.dripSeconds) }
    // The chain has accrued the drip to now already.
    const { ask, bid, nav } = pricesOf({ ...state, lastAccrual: 0 }, rules, 0)
    const known = { market, ...identityFromChain(identity) }
    return {
      ...known,
      config: marketConfigFromChain(config),
      configVersion: Number(version),
      reserve: state,
      prices: { ...(await askOf(connection, known, { ask, nav })), bid, nav },
    }
  })
}

function identityFromChain({ asset, curve, share, admin, p0, k }: IMarkets.IdentityStructOutput) {
  return { asset: asset as Address, curve: curve as Address, share: share as Address, admin: admin as Address, p0, k }
}

async function askOf(
  { contracts: { markets }, deployment }: Connection,
  { market, curve }: Pick<Market, 'market' | 'curve'>,
  { ask, nav }: { ask: bigint; nav: bigint },
): Promise<Pick<MarketPrices, 'ask'>> {
  if (curve.toLowerCase() === deployment.linearCurve.toLowerCase()) return { ask }
  // What a share is worth is also about what one costs.
  const amount = nav === 0n ? 1n : nav
  try {
    const { shares } = await markets.quoteFund(market, amount)
    return shares === 0n ? {} : { ask: mulDivUp(amount, SHARE_UNIT, shares) }
  } catch (error) {
    if (isCallException(error)) return {}
    throw error
  }
}
