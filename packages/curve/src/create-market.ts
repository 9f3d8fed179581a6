import { MAX_AMOUNT, SHARE_UNITS } from './bounds.js'
import { CURVES } from './curves.js'
import { AmountOutOfRangeError, SeedTooSmallError } from './errors.js'
import type { MarketRules, MarketState } from './market-state.js'
import { mulDivDown } from './mul-div.js'

/** What `createMarket` takes. */
export interface CreateMarketParams {
  /** First money of the reserve, asset units. */
  seed: bigint
  /** Unix seconds. */
  now: number
}

/** A new market: U = seed, S = floor(seed * 1e18 / p0), of which 1e18 stay for ever. The curve is tried once. */
export function createMarket({ curve, p0, k }: MarketRules, { seed, now }: CreateMarketParams): MarketState {
  if (seed <= 0n || seed > MAX_AMOUNT) throw new AmountOutOfRangeError(seed, MAX_AMOUNT)
  if (seed < p0) throw new SeedTooSmallError(seed, p0)
  const supply = mulDivDown(seed, SHARE_UNITS, p0)
  CURVES[curve].sharesFor({ amount: seed, supply, reserve: seed, p0, k })
  return { unlocked: seed, locked: 0n, pending: 0n, bounty: 0n, supply, dripEnd: now, lastAccrual: now }
}
