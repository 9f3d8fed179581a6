import { MAX_AMOUNT, SHARE_UNITS } from './bounds.js'
import { AmountOutOfRangeError, SeedTooSmallError } from './errors.js'
import type { MarketState } from './market-state.js'
import { mulDivDown } from './mul-div.js'

export interface CreateMarketParams {
  /** First money of the reserve, asset units. */
  seed: bigint
  /** Asset units per 1e18 share units. */
  p0: bigint
  /** Unix seconds. */
  now: number
}

/** A new market: U = seed, S = floor(seed * 1e18 / p0), of which 1e18 stay for ever. */
export function createMarket({ seed, p0, now }: CreateMarketParams): MarketState {
  if (seed > MAX_AMOUNT) throw new AmountOutOfRangeError(seed, MAX_AMOUNT)
  if (seed < p0) throw new SeedTooSmallError(seed, p0)
  const supply = mulDivDown(seed, SHARE_UNITS, p0)
  return { unlocked: seed, locked: 0n, pending: 0n, bounty: 0n, supply, dripEnd: now, lastAccrual: now }
}
