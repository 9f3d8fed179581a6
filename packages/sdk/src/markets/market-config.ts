import type { IMarkets } from '@gristmill/abi'
import { DAY, HOUR } from '@gristmill/protocol'

/** Rules of a market. They bind new orders and listings only. */
export interface MarketConfig {
  /** The ask is at least (1 + spread) * NAV. */
  spreadBps: number
  /** Split of a sale; what is left is reserve. */
  makerBps: number
  operatorBps: number
  curatorsBps: number
  /** Of the price, due for a run that failed. */
  failureBps: number
  /** Over which revenue unlocks. */
  dripSeconds: number
  /** Of a listing. */
  exitDelaySeconds: number
  /** Between publishing and the first order. */
  activationSeconds: number
  /** Between a run and its settlement without an Acceptance. */
  computeWindowSeconds: number
  /** Before a new config binds. */
  timelockSeconds: number
  /** Most a listing earns from the bounty by its sales, units of the asset's decimals. */
  listReward: bigint
  /** Of a maker, returned after exit, units of the asset's decimals. */
  listingBond: bigint
  /** Of a datatrust, for new orders, units of the asset's decimals. */
  minBond: bigint
}

/** The config that the protocol suggests for an asset whose unit is 1 with `decimals` zeros. */
export function defaultMarketConfig(decimals: number): MarketConfig {
  const one = 10n ** BigInt(decimals)
  return {
    spreadBps: 500,
    makerBps: 7_000,
    operatorBps: 500,
    curatorsBps: 200,
    failureBps: 1_000,
    dripSeconds: 7 * DAY,
    exitDelaySeconds: 3 * DAY,
    activationSeconds: 3 * DAY,
    computeWindowSeconds: 3 * DAY,
    timelockSeconds: 7 * DAY,
    listReward: 2n * one,
    listingBond: 10n * one,
    minBond: 1_000n * one,
  }
}

/** Named starting points for a config. */
export const MARKET_PRESETS = {
  /** What the protocol suggests. */
  standard: defaultMarketConfig,
  /** The same split with waits of at most an hour: for trying things out, not for other people's money. */
  quick: (decimals: number): MarketConfig => ({
    ...defaultMarketConfig(decimals),
    dripSeconds: HOUR,
    exitDelaySeconds: 0,
    activationSeconds: 0,
    computeWindowSeconds: HOUR,
    timelockSeconds: 0,
  }),
} as const
/** One of the keys of `MARKET_PRESETS`. */
export type MarketPreset = keyof typeof MARKET_PRESETS

/** A config as the contract tells it. */
export function marketConfigFromChain(config: IMarkets.ConfigStructOutput): MarketConfig {
  return {
    spreadBps: Number(config.spreadBps),
    makerBps: Number(config.makerBps),
    operatorBps: Number(config.operatorBps),
    curatorsBps: Number(config.curatorsBps),
    failureBps: Number(config.failureBps),
    dripSeconds: Number(config.dripSeconds),
    exitDelaySeconds: Number(config.exitDelaySeconds),
    activationSeconds: Number(config.activationSeconds),
    computeWindowSeconds: Number(config.computeWindowSeconds),
    timelockSeconds: Number(config.timelockSeconds),
    listReward: config.listReward,
    listingBond: config.listingBond,
    minBond: config.minBond,
  }
}
