import { accrue } from './accrue.js'
import { DEAD_SHARES } from './bounds.js'
import { SharesOutOfRangeError } from './errors.js'
import type { MarketRules, MarketState } from './market-state.js'
import { mulDivDown } from './mul-div.js'
import { pricesAt } from './prices-of.js'

/** Prices at a supply that a market may come to, asset units per 1e18 share units. */
export interface PathPoint {
  /** Share units, 18 decimals. */
  supply: bigint
  /** What the next share would cost, rounded up. */
  ask: bigint
  /** What a share would pay when redeemed, rounded down. */
  bid: bigint
}

/** What `pathOf` takes. */
export interface PathParams {
  /** Share units, each at least the 1e18 that stay for ever. */
  supplies: readonly bigint[]
  /** Unix seconds. */
  now: number
}

/**
 * Prices at other supplies: above the present one where purchases would lead, below it where redemptions would, all else
 * staying as it is. For display: the roundings on the way are left out. Throws `SharesOutOfRangeError`.
 */
export function pathOf(state: MarketState, rules: MarketRules, { supplies, now }: PathParams): PathPoint[] {
  const accrued = accrue(state, now)
  return supplies.map((supply) => {
    if (supply < DEAD_SHARES) throw new SharesOutOfRangeError(supply, { min: DEAD_SHARES, max: 2n ** 208n })
    const { ask, bid } = pricesAt(atSupply(accrued, supply), rules)
    return { supply, ask, bid }
  })
}

/** Who comes pays for a part of U, of L and, as new revenue, of P; who leaves takes their part of U only. */
function atSupply(accrued: MarketState, supply: bigint): MarketState {
  const unlocked = mulDivDown(accrued.unlocked, supply, accrued.supply)
  if (supply <= accrued.supply) return { ...accrued, unlocked, supply }
  const claims = mulDivDown(accrued.locked + accrued.pending, supply - accrued.supply, accrued.supply)
  return { ...accrued, unlocked, locked: accrued.locked + claims, supply }
}
