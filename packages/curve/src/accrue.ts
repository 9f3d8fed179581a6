import { TimeReversedError } from './errors.js'
import { assertStorable, type MarketState } from './market-state.js'
import { mulDivDown } from './mul-div.js'

/** Moves the drip to `now` (Unix seconds): what has unlocked since the last accrual goes from L to U, rounded down. */
export function accrue(state: MarketState, now: number): MarketState {
  if (now < state.lastAccrual) throw new TimeReversedError(now, state.lastAccrual)
  const dripped = drippedBy(state, now)
  const locked = state.locked - dripped
  // Without locked revenue the times mean nothing, and the contract leaves them as they are.
  const lastAccrual = locked === 0n ? state.lastAccrual : now
  return assertStorable({ ...state, unlocked: state.unlocked + dripped, locked, lastAccrual })
}

function drippedBy(state: MarketState, now: number): bigint {
  if (now >= state.dripEnd) return state.locked
  return mulDivDown(state.locked, BigInt(now - state.lastAccrual), BigInt(state.dripEnd - state.lastAccrual))
}
