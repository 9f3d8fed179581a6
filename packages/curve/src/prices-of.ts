import { accrue } from './accrue.js'
import { BPS, SHARE_UNITS } from './bounds.js'
import { CURVES } from './curves.js'
import type { MarketRules, MarketState } from './market-state.js'
import { max } from './min-max.js'
import { mulDivDown, mulDivUp } from './mul-div.js'

/** Prices of a market at an instant, in asset units per 1e18 share units. */
export interface MarketPrices {
  /** What the next share costs, asset units per 1e18 share units, rounded up. */
  ask: bigint
  /** What a share pays when redeemed, asset units per 1e18 share units, rounded down. */
  bid: bigint
  /** (U + L) / S: what a share pays after the drip, asset units per 1e18 share units, rounded down. */
  nav: bigint
}

/** Marginal prices at `now` (Unix seconds), for display: a fund of more than dust pays a higher mean, see `quoteFund`. */
export function pricesOf(state: MarketState, rules: MarketRules, now: number): MarketPrices {
  return pricesAt(accrue(state, now), rules)
}

/** Marginal prices of a state whose drip is booked. */
export function pricesAt({ unlocked, locked, pending, supply }: MarketState, rules: MarketRules): MarketPrices {
  const byCurve = CURVES[rules.curve].askAt({ supply, reserve: unlocked + locked, p0: rules.p0, k: rules.k })
  const byNav = mulDivUp((unlocked + locked + pending) * (BPS + BigInt(rules.spreadBps)), SHARE_UNITS, supply * BPS)
  return {
    ask: max(byCurve, byNav),
    bid: mulDivDown(unlocked, SHARE_UNITS, supply),
    nav: mulDivDown(unlocked + locked, SHARE_UNITS, supply),
  }
}
