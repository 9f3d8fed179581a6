import { MAX_UINT128 } from './bounds.js'
import type { CurveName } from './curves.js'
import { BalanceOutOfRangeError } from './errors.js'

/** Where a market's money is; never changed in place. Amounts in units of the asset's decimals. */
export interface MarketState {
  /** U: what `redeem` pays from. */
  readonly unlocked: bigint
  /** L: revenue that drips into `unlocked`. */
  readonly locked: bigint
  /** P: what orders in escrow may still bring; money in Orders, no part of the reserve. */
  readonly pending: bigint
  /** B: pays makers. */
  readonly bounty: bigint
  /** S: shares in existence, 18 decimals. */
  readonly supply: bigint
  /** Unix seconds at which `locked` is all unlocked. */
  readonly dripEnd: number
  /** Unix seconds up to which the drip is booked. */
  readonly lastAccrual: number
}

/** The rules of a market that decide about its money. */
export interface MarketRules {
  readonly curve: CurveName
  /** Price of the first share, asset units per 1e18 share units. */
  readonly p0: bigint
  /** The curve's own parameter, 18 decimals: see each of `CURVES`. */
  readonly k: bigint
  /** The ask is at least (1 + spread) * NAV; basis points. */
  readonly spreadBps: number
  /** Seconds over which revenue unlocks. */
  readonly dripSeconds: number
}

/** Refuses a state that the contract could not store. */
export function assertStorable(state: MarketState): MarketState {
  for (const key of ['unlocked', 'locked', 'pending', 'bounty'] as const) {
    if (state[key] < 0n || state[key] > MAX_UINT128) throw new BalanceOutOfRangeError(key, state[key])
  }
  return state
}
