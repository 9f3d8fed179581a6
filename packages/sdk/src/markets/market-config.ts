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
  /** Of the price, due for a run whose model the buyer did not acknowledge. */
  failureBps: number
  /** Of `minBond`: most that a proven wrong delivery brings its buyer. */
  compensationBps: number
  /** Of the shares that can vote: what a poll needs. */
  quorumBps: number
  /** Of the bond, due from who opens a poll that misses its quorum. */
  challengeFeeBps: number
  /** Only datatrusts on the market's admission list serve. */
  isCurated: boolean
  /** Over which revenue unlocks. */
  dripSeconds: number
  /** Of a listing. */
  exitDelaySeconds: number
  /** Between publishing and the first order. */
  activationSeconds: number
  /** Between the reveal of a key and its settlement without an Acceptance. */
  complaintWindowSeconds: number
  /** Between a run and its settlement without an Acceptance. */
  disputeWindowSeconds: number
  /** In which votes are cast. */
  pollSeconds: number
  /** Before a new config binds. */
  timelockSeconds: number
  /** Most a listing earns from the bounty by its sales, units of the asset's decimals. */
  listReward: bigint
  /** Of a maker, returned after exit, units of the asset's decimals. */
  listingBond: bigint
  /** Of who opens a poll, units of the asset's decimals. */
  challengeBond: bigint
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
    compensationBps: 50,
    quorumBps: 400,
    challengeFeeBps: 1_000,
    isCurated: false,
    dripSeconds: 7 * DAY,
    exitDelaySeconds: 3 * DAY,
    activationSeconds: 3 * DAY,
    complaintWindowSeconds: DAY,
    disputeWindowSeconds: 3 * DAY,
    pollSeconds: 3 * DAY,
    timelockSeconds: 7 * DAY,
    listReward: 2n * one,
    listingBond: 10n * one,
    challengeBond: 10n * one,
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
    complaintWindowSeconds: HOUR,
    disputeWindowSeconds: HOUR,
    pollSeconds: HOUR,
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
    compensationBps: Number(config.compensationBps),
    quorumBps: Number(config.quorumBps),
    challengeFeeBps: Number(config.challengeFeeBps),
    isCurated: config.isCurated,
    dripSeconds: Number(config.dripSeconds),
    exitDelaySeconds: Number(config.exitDelaySeconds),
    activationSeconds: Number(config.activationSeconds),
    complaintWindowSeconds: Number(config.complaintWindowSeconds),
    disputeWindowSeconds: Number(config.disputeWindowSeconds),
    pollSeconds: Number(config.pollSeconds),
    timelockSeconds: Number(config.timelockSeconds),
    listReward: config.listReward,
    listingBond: config.listingBond,
    challengeBond: config.challengeBond,
    minBond: config.minBond,
  }
}
