import { describe, expect, it } from 'vitest'
import {
  AmountOutOfRangeError,
  accrue,
  addBounty,
  addRevenue,
  BalanceOutOfRangeError,
  book,
  createMarket,
  fund,
  MAX_AMOUNT,
  type MarketRules,
  NoSharesError,
  type PathPoint,
  pathOf,
  pricesOf,
  quoteFund,
  quoteRedeem,
  redeem,
  reward,
  SeedTooSmallError,
  SharesOutOfRangeError,
  TimeReversedError,
} from './index.js'

const NOW = 1_800_000_000
const DAY = 86_400
const UNIT = 1_000_000n
const SHARE = 10n ** 18n
const rules: MarketRules = { curve: 'linear', p0: UNIT, k: 10n ** 24n, spreadBps: 500, dripSeconds: 7 * DAY }
const fresh = createMarket(rules, { seed: 100n * UNIT, now: NOW })

describe('createMarket', () => {
  it('prices the seed at p0 on every curve', () => {
    expect(fresh).toMatchObject({ unlocked: 100n * UNIT, locked: 0n, bounty: 0n, supply: 100n * SHARE })
  })

  it('refuses a seed below the price of the share that stays', () => {
    expect(() => createMarket(rules, { seed: UNIT - 1n, now: NOW })).toThrow(SeedTooSmallError)
  })
})

describe('fund', () => {
  it('binds the ask to NAV plus the spread where the curve is below it', () => {
    expect(quoteFund(fresh, rules, { amount: 105n, now: NOW }).shares).toBe(10n ** 14n)
  })

  it('takes 26.8 % tribute from a million in one go at the defaults', () => {
    const { tribute } = quoteFund(fresh, rules, { amount: 10n ** 12n, now: NOW })
    expect(tribute / 10n ** 9n).toBe(267n)
  })

  it('raises the ask by what is pending', () => {
    const busy = book(fresh, rules, { pendingUp: 100n * UNIT, pendingDown: 0n, revenue: 0n, now: NOW })
    const before = quoteFund(fresh, rules, { amount: UNIT, now: NOW }).shares
    expect(quoteFund(busy, rules, { amount: UNIT, now: NOW }).shares).toBe(before / 2n)
  })

  it('locks what it takes for the pending, as new revenue', () => {
    const busy = book(fresh, rules, { pendingUp: 100n * UNIT, pendingDown: 0n, revenue: 0n, now: NOW })
    const later = NOW + DAY
    const { shares, toLocked, state } = fund(busy, rules, { amount: 21n * UNIT, now: later })
    expect({ shares, toLocked }).toEqual({ shares: 10n * SHARE, toLocked: 10n * UNIT })
    expect(state).toMatchObject({ locked: 10n * UNIT, bounty: UNIT, dripEnd: later + 7 * DAY })
  })

  it('refuses an amount that buys nothing', () => {
    const rich = addRevenue(fresh, rules, { amount: 10n ** 30n, now: NOW })
    expect(quoteFund(rich, rules, { amount: UNIT, now: NOW }).shares).toBe(0n)
    expect(() => fund(rich, rules, { amount: UNIT, now: NOW })).toThrow(NoSharesError)
  })

  it.each([0n, -1n, 2n ** 112n])('refuses the amount %s', (amount) => {
    expect(() => quoteFund(fresh, rules, { amount, now: NOW })).toThrow(AmountOutOfRangeError)
  })
})

describe('redeem', () => {
  it('pays pro rata of what is unlocked, rounded down, and nothing of what is locked', () => {
    const state = addRevenue(fresh, rules, { amount: 50n * UNIT, now: NOW })
    expect(quoteRedeem(state, { shares: SHARE, now: NOW })).toBe(UNIT)
    expect(quoteRedeem(state, { shares: SHARE, now: NOW + 7 * DAY })).toBe((UNIT * 3n) / 2n)
  })

  it('leaves the share that stays for ever', () => {
    expect(redeem(fresh, { shares: 99n * SHARE, now: NOW }).state.supply).toBe(SHARE)
    expect(() => redeem(fresh, { shares: 99n * SHARE + 1n, now: NOW })).toThrow(SharesOutOfRangeError)
    expect(() => redeem(fresh, { shares: 0n, now: NOW })).toThrow(SharesOutOfRangeError)
    expect(() => quoteRedeem(fresh, { shares: 100n * SHARE + 1n, now: NOW })).toThrow(SharesOutOfRangeError)
  })
})

describe('the drip', () => {
  const revenue = 70n * UNIT
  const dripping = addRevenue(fresh, rules, { amount: revenue, now: NOW })

  it('is linear over the drip period', () => {
    expect(accrue(dripping, NOW + DAY).locked).toBe(60n * UNIT)
    expect(accrue(dripping, NOW + 7 * DAY)).toMatchObject({ locked: 0n, unlocked: 170n * UNIT })
  })

  it('ends at the mean of old and new end, weighted by money, so that dust cannot stretch it', () => {
    const half = NOW + 3.5 * DAY
    const doubled = addRevenue(dripping, rules, { amount: revenue / 2n, now: half })
    expect(doubled.dripEnd).toBe(half + 5.25 * DAY)
    expect(addRevenue(dripping, rules, { amount: 1n, now: half }).dripEnd).toBe(dripping.dripEnd)
  })

  it('does not run backwards', () => {
    expect(() => accrue(dripping, NOW - 1)).toThrow(TimeReversedError)
  })
})

describe('book', () => {
  it('refuses to take more from pending than there is', () => {
    const params = { pendingUp: 0n, pendingDown: 1n, revenue: 0n, now: NOW }
    expect(() => book(fresh, rules, params)).toThrow(BalanceOutOfRangeError)
  })
})

describe('addBounty', () => {
  it('gives to the bounty alone', () => {
    expect(addBounty(fresh, 7n)).toEqual({ ...fresh, bounty: fresh.bounty + 7n })
  })

  it('refuses nothing, and more than may be paid at once', () => {
    for (const amount of [0n, MAX_AMOUNT + 1n]) {
      expect(() => addBounty(fresh, amount)).toThrow(AmountOutOfRangeError)
    }
  })
})

describe('reward', () => {
  it('pays at most a hundredth of the bounty', () => {
    const { state } = fund(fresh, rules, { amount: 10n ** 12n, now: NOW })
    expect(reward(state, 1n).paid).toBe(1n)
    expect(reward(state, state.bounty).paid).toBe(state.bounty / 100n)
  })
})

describe('pricesOf', () => {
  it('states ask, bid and NAV in asset units per share', () => {
    const state = addRevenue(fresh, rules, { amount: 50n * UNIT, now: NOW })
    expect(pricesOf(state, rules, NOW)).toEqual({ ask: 1_575_000n, bid: UNIT, nav: 1_500_000n })
  })
})

describe('pathOf', () => {
  const busy = book(addRevenue(fresh, rules, { amount: 50n * UNIT, now: NOW }), rules, {
    pendingUp: 30n * UNIT,
    pendingDown: 0n,
    revenue: 0n,
    now: NOW,
  })

  it('tells the prices of now at the supply of now', () => {
    const { ask, bid } = pricesOf(busy, rules, NOW)
    expect(pathOf(busy, rules, { supplies: [busy.supply], now: NOW })).toEqual([{ supply: busy.supply, ask, bid }])
  })

  it('tells the prices to which purchases and redemptions lead, but for their roundings', () => {
    const after = [
      fund(busy, rules, { amount: 40n * UNIT, now: NOW }).state,
      redeem(busy, { shares: 30n * SHARE, now: NOW }).state,
    ]
    const points = pathOf(busy, rules, { supplies: after.map(({ supply }) => supply), now: NOW })
    for (const [index, state] of after.entries()) {
      const { ask, bid } = pricesOf(state, rules, NOW)
      const point = points[index] as PathPoint
      for (const off of [ask - point.ask, bid - point.bid]) expect(off >= -1n && off <= 1n).toBe(true)
    }
  })

  it('has nothing below the shares that stay for ever', () => {
    expect(() => pathOf(fresh, rules, { supplies: [SHARE - 1n], now: NOW })).toThrow(SharesOutOfRangeError)
  })
})
