import fc from 'fast-check'
import {
  accrue,
  addRevenue,
  book,
  createMarket,
  fund,
  type MarketRules,
  type MarketState,
  quoteFund,
  redeem,
  reward,
} from '../src/index.js'

export const NOW = 1_800_000_000

const common = { spreadBps: 500, dripSeconds: 7 * 86_400 }

/** A market on each curve, the flat one with the spread of a percent, and without any, where the roundings show. */
export const RULES: readonly MarketRules[] = [
  { curve: 'linear', p0: 1_000_000n, k: 10n ** 24n, ...common },
  { curve: 'flat', p0: 1_000_000n, k: 10n ** 18n, ...common, spreadBps: 100 },
  { curve: 'flat', p0: 1_000_000n, k: 10n ** 18n, ...common, spreadBps: 0 },
  { curve: 'root', p0: 1_000_000n, k: 2n * 10n ** 18n, ...common },
  { curve: 'computable', p0: 10n ** 9n, k: 110n * 10n ** 18n, ...common },
]

export interface Operation {
  verb: 'fund' | 'redeem' | 'addRevenue' | 'place' | 'refund' | 'settle' | 'reward' | 'wait'
  /** Asset units; for redeem, refund and settle scaled to what there is. */
  amount: bigint
  /** Before the operation. */
  waitSeconds: number
}

/** What came in and went out of Markets, asset units. */
export interface Flow {
  paidIn: bigint
  paidOut: bigint
}

export interface Step extends Flow {
  state: MarketState
  now: number
}

const MAX = 10n ** 14n

export const operations: fc.Arbitrary<Operation[]> = fc.array(
  fc.record({
    verb: fc.constantFrom('fund', 'fund', 'redeem', 'addRevenue', 'place', 'refund', 'settle', 'reward', 'wait'),
    amount: fc.oneof(fc.bigInt(1n, 100n), fc.bigInt(1n, 10n ** 9n), fc.bigInt(1n, MAX)),
    waitSeconds: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 30 * 86_400 })),
  }),
  { maxLength: 40, size: 'max' },
)

/** For every market's p0. */
export const seeds: fc.Arbitrary<bigint> = fc.bigInt(10n ** 9n, 10n ** 13n)

export function start(rules: MarketRules, seed: bigint): Step {
  return { state: createMarket(rules, { seed, now: NOW }), now: NOW, paidIn: seed, paidOut: 0n }
}

/** Applies one operation as an outsider could: nothing is taken that is not there. */
export function apply(rules: MarketRules, step: Step, { verb, amount, waitSeconds }: Operation): Step {
  const now = step.now + waitSeconds
  const { state, paidIn, paidOut } = step
  const ofPending = (state.pending * amount) / MAX
  switch (verb) {
    case 'fund':
      if (quoteFund(state, rules, { amount, now }).shares === 0n) return step
      return { state: fund(state, rules, { amount, now }).state, now, paidIn: paidIn + amount, paidOut }
    case 'redeem': {
      const shares = ((state.supply - 10n ** 18n) * amount) / MAX
      if (shares === 0n) return step
      const result = redeem(state, { shares, now })
      return { state: result.state, now, paidIn, paidOut: paidOut + result.amount }
    }
    case 'addRevenue':
      return { state: addRevenue(state, rules, { amount, now }), now, paidIn: paidIn + amount, paidOut }
    case 'place':
      return { ...step, state: book(state, rules, { pendingUp: amount, pendingDown: 0n, revenue: 0n, now }), now }
    case 'refund':
      return { ...step, state: book(state, rules, { pendingUp: 0n, pendingDown: ofPending, revenue: 0n, now }), now }
    case 'settle': {
      const settled = book(state, rules, { pendingUp: 0n, pendingDown: ofPending, revenue: ofPending, now })
      return { state: settled, now, paidIn: paidIn + ofPending, paidOut }
    }
    case 'reward': {
      const result = reward(state, amount)
      return { ...step, state: result.state, paidOut: paidOut + result.paid }
    }
    case 'wait':
      return { ...step, state: accrue(state, now), now }
  }
}
