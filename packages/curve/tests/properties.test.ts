import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accrue, book, fund, type MarketState, mulDivUp, pricesOf, quoteFund, redeem } from '../src/index.js'
import { apply, type Operation, operations, RULES, type Step, seeds, start } from './_operations.js'

const RUNS = { numRuns: 400 }

const amounts = fc.oneof(fc.bigInt(1n, 1000n), fc.bigInt(1n, 10n ** 14n))

/** True if NAV = (U + L) / S has not fallen; compared by cross-multiplication, exactly. */
function navHeld(before: MarketState, after: MarketState): boolean {
  return (after.unlocked + after.locked) * before.supply >= (before.unlocked + before.locked) * after.supply
}

/** The same for (U + L + P) / S: what the shares have, and what orders in escrow may still bring them. */
function claimHeld(before: MarketState, after: MarketState): boolean {
  const [had, has] = [before, after].map(({ unlocked, locked, pending }) => unlocked + locked + pending)
  return (has ?? 0n) * before.supply >= (had ?? 0n) * after.supply
}

describe.each(RULES)('a market on the $curve curve with a spread of $spreadBps bps', (rules) => {
  const step = (before: Step, operation: Operation) => apply(rules, before, operation)
  const history = (seed: bigint, ops: readonly Operation[]) => ops.reduce(step, start(rules, seed))

  it('never lets NAV fall, keeps the dead shares and accounts for every unit', () => {
    fc.assert(
      fc.property(seeds, operations, (seed, ops) => {
        let before = start(rules, seed)
        for (const operation of ops) {
          const next = step(before, operation)
          expect(navHeld(before.state, next.state)).toBe(true)
          expect(next.state.supply >= 10n ** 18n).toBe(true)
          const { unlocked, locked, bounty } = next.state
          expect(unlocked + locked + bounty).toBe(next.paidIn - next.paidOut)
          before = next
        }
      }),
      RUNS,
    )
  })

  it('divides what a patron pays to the unit', () => {
    fc.assert(
      fc.property(seeds, operations, amounts, (seed, ops, amount) => {
        const { state, now } = history(seed, ops)
        const quote = quoteFund(state, rules, { amount, now })
        expect(quote.toUnlocked + quote.toLocked + quote.tribute).toBe(amount)
        expect(quote.toUnlocked >= 0n && quote.toLocked >= 0n && quote.tribute >= 0n).toBe(true)
      }),
      RUNS,
    )
  })

  it('never thins the claim on pending sales by a purchase', () => {
    fc.assert(
      fc.property(seeds, operations, amounts, (seed, ops, amount) => {
        const { state, now } = history(seed, ops)
        fc.pre(quoteFund(state, rules, { amount, now }).shares !== 0n)
        expect(claimHeld(state, fund(state, rules, { amount, now }).state)).toBe(true)
      }),
      RUNS,
    )
  })

  it('drips what pays for pending sales like revenue, and leaves the end of the drip alone otherwise', () => {
    fc.assert(
      fc.property(seeds, operations, amounts, (seed, ops, amount) => {
        const { state, now } = history(seed, ops)
        fc.pre(quoteFund(state, rules, { amount, now }).shares !== 0n)
        const { locked, dripEnd } = accrue(state, now)
        const after = fund(state, rules, { amount, now }).state
        const fullEnd = now + rules.dripSeconds
        if (state.pending === 0n) expect(after.dripEnd).toBe(dripEnd)
        else if (locked === 0n) expect(after.locked === 0n || after.dripEnd === fullEnd).toBe(true)
        else expect(after.dripEnd >= dripEnd && after.dripEnd <= fullEnd).toBe(true)
      }),
      RUNS,
    )
  })

  it('never pays back more than was paid, whatever others do in the same block', () => {
    fc.assert(
      fc.property(seeds, operations, operations, amounts, (seed, ops, between, amount) => {
        const { state, now, paidIn, paidOut } = history(seed, ops)
        fc.pre(quoteFund(state, rules, { amount, now }).shares !== 0n)
        const entry = fund(state, rules, { amount, now })
        const others = between
          // The patron's own shares are not the others' to redeem.
          .filter(({ verb }) => verb !== 'redeem')
          .map((operation) => ({ ...operation, waitSeconds: 0 }))
        const last = others.reduce(step, { state: entry.state, now, paidIn: paidIn + amount, paidOut })
        // Without a spread a patron may gain what others' purchases round up: a unit each for U, L and P.
        const roundings = rules.spreadBps === 0 ? 3n * BigInt(others.length) : 0n
        expect(redeem(last.state, { shares: entry.shares, now }).amount <= amount + roundings).toBe(true)
      }),
      RUNS,
    )
  })

  it('gives more shares for an amount in two parts on the root curve only, and never more than the first ask would', () => {
    fc.assert(
      fc.property(seeds, operations, amounts, amounts, (seed, ops, first, second) => {
        const { state, now } = history(seed, ops)
        const whole = quoteFund(state, rules, { amount: first + second, now }).shares
        const part = quoteFund(state, rules, { amount: first, now })
        if (part.shares === 0n) return
        const rest = quoteFund(fund(state, rules, { amount: first, now }).state, rules, { amount: second, now }).shares
        const { ask } = pricesOf(state, rules, now)
        // The ask is rounded up by less than a unit.
        const most = rules.curve === 'root' ? mulDivUp(first + second, 10n ** 18n, ask - 1n) : whole
        expect(part.shares + rest <= most + 2n).toBe(true)
      }),
      RUNS,
    )
  })

  it('never lets a patron profit from a sale that was pending when they came, however split', () => {
    fc.assert(
      fc.property(seeds, operations, amounts, amounts, (seed, ops, first, second) => {
        const { state, now } = history(seed, ops)
        // Computable's curve sells whole lots only.
        fc.pre(quoteFund(state, rules, { amount: first, now }).shares !== 0n)
        const one = fund(state, rules, { amount: first, now })
        fc.pre(quoteFund(one.state, rules, { amount: second, now }).shares !== 0n)
        const two = fund(one.state, rules, { amount: second, now })
        const { pending } = two.state
        const sold = book(two.state, rules, { pendingUp: 0n, pendingDown: pending, revenue: pending, now })
        const dripped = accrue(sold, now + 60 * 86_400)
        const shares = one.shares + two.shares
        expect(redeem(dripped, { shares, now: dripped.lastAccrual }).amount <= first + second).toBe(true)
      }),
      RUNS,
    )
  })

  it('is compared so exactly that the loss of one unit shows', () => {
    const { state } = start(rules, 10n ** 12n)
    expect(navHeld(state, state)).toBe(true)
    expect(navHeld(state, { ...state, unlocked: state.unlocked - 1n })).toBe(false)
    expect(claimHeld(state, state)).toBe(true)
    expect(claimHeld(state, { ...state, unlocked: state.unlocked - 1n })).toBe(false)
  })
})
