/** Seconds. */
export const HOUR = 3_600
export const DAY = 24 * HOUR

/** One unit of a 6-decimal asset, one share (18 decimals), rates in basis points. */
export const UNIT = 1_000_000n
export const SHARE = 10n ** 18n
export const BPS = 10_000n

/** Far enough: the deadline of calls that are not about deadlines. */
export const NEVER = 2n ** 40n

/** Units, shares: the defaults of the protocol for a 6-decimal asset. */
export const P0 = 1n * UNIT
export const K = 1_000_000n * SHARE
export const SEED = 1_000n * UNIT

/** Rules of a market as the protocol proposes them. */
export const CONFIG = {
  spreadBps: 500n,
  makerBps: 7_000n,
  operatorBps: 500n,
  curatorsBps: 200n,
  failureBps: 1_000n,
  compensationBps: 50n,
  quorumBps: 400n,
  challengeFeeBps: 1_000n,
  isCurated: false,
  dripSeconds: BigInt(7 * DAY),
  exitDelaySeconds: BigInt(3 * DAY),
  activationSeconds: BigInt(3 * DAY),
  complaintWindowSeconds: BigInt(1 * DAY),
  disputeWindowSeconds: BigInt(3 * DAY),
  pollSeconds: BigInt(3 * DAY),
  timelockSeconds: BigInt(7 * DAY),
  listReward: 2n * UNIT,
  listingBond: 10n * UNIT,
  challengeBond: 10n * UNIT,
  minBond: 1_000n * UNIT,
}

export type Config = typeof CONFIG
