import { type MarketPrices, pricesOf } from '@gristmill/curve'
import type { Address, MarketId } from '@gristmill/protocol'
import { onChain } from '../chain/on-chain.js'
import type { Connection } from '../connection.js'
import { type MarketConfig, marketConfigFromChain } from './market-config.js'

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
  /** Marginal prices, asset units per 1e18 share units; the ask assumes the LinearCurve. */
  prices: MarketPrices
}

/** Everything about a market, as of one block. */
export async function getMarket(connection: Connection, { market }: GetMarketParams): Promise<Market> {
  const { markets } = connection.contracts
  return onChain(async () => {
    const block = await connection.provider.getBlock('latest')
    const at = { blockTag: block?.number ?? 'latest' }
    const [identity, [config, version], reserve] = await Promise.all([
      markets.identityOf(market, at),
      markets.configOf(market, at),
      markets.reserveOf(market, at),
    ])
    const { unlocked, locked, pending, bounty, supply } = reserve
    const state = { unlocked, locked, pending, bounty, supply, dripEnd: Number(reserve.dripEnd) }
    const { p0, k } = identity
    const rules = { p0, k, spreadBps: Number(config.spreadBps), dripSeconds: Number(config.dripSeconds) }
    const now = block?.timestamp ?? 0
    return {
      market,
      asset: identity.asset as Address,
      curve: identity.curve as Address,
      share: identity.share as Address,
      admin: identity.admin as Address,
      p0,
      k,
      config: marketConfigFromChain(config),
      configVersion: Number(version),
      reserve: state,
      // The chain has accrued the drip to this block already.
      prices: pricesOf({ ...state, lastAccrual: now }, rules, now),
    }
  })
}
