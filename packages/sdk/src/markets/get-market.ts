import type { IMarkets } from '@gristmill/abi'
import { type CurveName, mulDivDown, mulDivUp, pricesOf } from '@gristmill/curve'
import { type Address, type Deployment, type MarketId, SHARE_UNIT } from '@gristmill/protocol'
import { isCallException } from 'ethers'
import { asOfOneBlock } from '../chain/as-of-one-block.js'
import type { Connection } from '../connection.js'
import { curveNameOf } from './curve-name.js'
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
  /** Absent if the curve is not one of the protocol's. */
  curveName?: CurveName
  share: Address
  /** Zero: nobody may set the config. */
  admin: Address
  /** Price of the first share, asset units per 1e18 share units. */
  p0: bigint
  /** The curve's own parameter, 18 decimals; see `CreateMarketParams`. */
  k: bigint
  config: MarketConfig
  configVersion: number
  reserve: MarketReserve
  prices: MarketPrices
}

/** Marginal prices, asset units per 1e18 share units. */
export interface MarketPrices {
  /**
   * What the next share costs, rounded up. Of a curve that is not one of the protocol's, which tells no marginal price:
   * the mean price of about one share. Absent if that curve fails.
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
    const known = { market, ...identityFromChain(identity, connection.deployment) }
    const rules = marketConfigFromChain(config)
    return {
      ...known,
      config: rules,
      configVersion: Number(version),
      reserve: state,
      prices: await readPrices(connection, known, { config: rules, state }),
    }
  })
}

type KnownMarket = Omit<Market, 'config' | 'configVersion' | 'reserve' | 'prices'>

function identityFromChain(
  { asset, curve, share, admin, p0, k }: IMarkets.IdentityStructOutput,
  deployment: Deployment,
): Omit<KnownMarket, 'market'> {
  const curveName = curveNameOf(deployment, curve as Address)
  return {
    asset: asset as Address,
    curve: curve as Address,
    ...(curveName === undefined ? {} : { curveName }),
    share: share as Address,
    admin: admin as Address,
    p0,
    k,
  }
}

async function readPrices(
  { contracts: { markets } }: Connection,
  { market, curveName: curve, p0, k }: KnownMarket,
  { config: { spreadBps, dripSeconds }, state }: { config: MarketConfig; state: MarketReserve },
): Promise<MarketPrices> {
  // The chain has accrued the drip to now already.
  if (curve !== undefined) return pricesOf({ ...state, lastAccrual: 0 }, { curve, p0, k, spreadBps, dripSeconds }, 0)
  const { unlocked, locked, supply } = state
  const bid = mulDivDown(unlocked, SHARE_UNIT, supply)
  const nav = mulDivDown(unlocked + locked, SHARE_UNIT, supply)
  // What a share is worth is also about what one costs.
  const amount = nav === 0n ? 1n : nav
  try {
    const { shares } = await markets.quoteFund(market, amount)
    return shares === 0n ? { bid, nav } : { ask: mulDivUp(amount, SHARE_UNIT, shares), bid, nav }
  } catch (error) {
    if (isCallException(error)) return { bid, nav }
    throw error
  }
}
