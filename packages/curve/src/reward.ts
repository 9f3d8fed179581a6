import type { MarketState } from './market-state.js'
import { min } from './min-max.js'

/** Largest part of the bounty that one reward takes: 1/100. */
const BOUNTY_PARTS = 100n

/** What `reward` gives. */
export interface RewardResult {
  state: MarketState
  /** What the maker gets, asset units. */
  paid: bigint
}

/** Pays min(amount, B/100) asset units from the bounty. */
export function reward(state: MarketState, amount: bigint): RewardResult {
  const paid = min(amount, state.bounty / BOUNTY_PARTS)
  return { state: { ...state, bounty: state.bounty - paid }, paid }
}
