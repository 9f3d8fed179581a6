import {
  accrue,
  addBounty,
  addRevenue,
  book,
  CurveError,
  fund,
  type MarketRules,
  type MarketState,
  redeem,
  reward,
} from '@gristmill/curve'
import type { Random } from './_random.js'

/** What anybody, or Orders, can do to a market; amounts in asset units, of `redeem` in share units. */
export type Operation =
  | { verb: 'fund' | 'redeem' | 'addRevenue' | 'addBounty' | 'reward'; amount: bigint }
  | { verb: 'book'; pendingUp: bigint; pendingDown: bigint; revenue: bigint }
  | { verb: 'accrue' }

/** Mostly what is allowed; now and then zero, or more than there is. */
export function draw(random: Random, state: MarketState, bits: number): Operation {
  const verb = random.pick([
    'fund',
    'fund',
    'redeem',
    'addRevenue',
    'addBounty',
    'book',
    'book',
    'reward',
    'accrue',
  ] as const)
  const amount = random.chance(0.03) ? 0n : random.magnitude(bits)
  switch (verb) {
    case 'accrue':
      return { verb }
    case 'redeem': {
      const redeemable = state.supply - 10n ** 18n
      const excess = random.chance(0.05) ? 1n : 0n
      return { verb, amount: excess + (random.chance(0.1) ? redeemable : random.upTo(redeemable)) }
    }
    case 'book': {
      if (random.chance(0.5)) return { verb, pendingUp: amount, pendingDown: 0n, revenue: 0n }
      const pendingDown = state.pending + (random.chance(0.05) ? 1n : 0n)
      const settled = random.chance(0.2) ? pendingDown : random.upTo(pendingDown)
      return { verb, pendingUp: 0n, pendingDown: settled, revenue: random.upTo(settled) }
    }
    default:
      return { verb, amount }
  }
}

/** What the mirror says about it. */
export function simulate(state: MarketState, rules: MarketRules, operation: Operation, now: number): MarketState {
  switch (operation.verb) {
    case 'fund':
      return fund(state, rules, { amount: operation.amount, now }).state
    case 'redeem':
      return redeem(state, { shares: operation.amount, now }).state
    case 'addRevenue':
      return addRevenue(state, rules, { amount: operation.amount, now })
    case 'addBounty':
      return addBounty(state, operation.amount)
    case 'book':
      return book(state, rules, { ...operation, now })
    case 'reward':
      return reward(state, operation.amount).state
    case 'accrue':
      return accrue(state, now)
  }
}

/** The result, or what the mirror refused. */
export function attempt<T>(compute: () => T): T | CurveError {
  try {
    return compute()
  } catch (error) {
    if (error instanceof CurveError) return error
    throw error
  }
}
