import { MAX_AMOUNT } from './bounds.js'
import { AmountOutOfRangeError } from './errors.js'
import { assertStorable, type MarketState } from './market-state.js'

/** Gives asset units to the bounty; nothing that the shares are worth changes. */
export function addBounty(state: MarketState, amount: bigint): MarketState {
  if (amount <= 0n || amount > MAX_AMOUNT) throw new AmountOutOfRangeError(amount, MAX_AMOUNT)
  return assertStorable({ ...state, bounty: state.bounty + amount })
}
