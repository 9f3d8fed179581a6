import { addRevenue, createMarket, fund, type MarketRules, pricesOf, quoteRedeem } from '@gristmill/curve'

// What if I put 1,000 into a market that makes so many sales a week? Counted as the contracts count, to the last unit.
const [stakeText = '1000', salesText = '10'] = process.argv.slice(2)
const ONE = 1_000_000n // the asset has 6 decimals
const SHARE = 10n ** 18n
const WEEK = 7 * 86_400
const rules: MarketRules = { curve: 'linear', p0: ONE, k: 10_000n * SHARE, spreadBps: 500, dripSeconds: WEEK }
const price = 25n * ONE
const reserveBps = 2_300n // of a price, what the default market leaves for the reserve

/** An amount, for people: this is the only place where a number is not exact. */
const show = (amount: bigint, decimals = 2): string => (Number(amount) / Number(ONE)).toFixed(decimals)

// The market opens with 1,000 of its maker, and the stake comes in.
let now = 1_800_000_000 // Unix seconds; a state is plain data and knows no clock of its own
const amount = BigInt(stakeText) * ONE
const opened = createMarket(rules, { seed: 1_000n * ONE, now })
const entry = fund(opened, rules, { amount, now })
const before = pricesOf(opened, rules, now)
const after = pricesOf(entry.state, rules, now)
console.log(
  `ask ${show(before.ask, 4)}, then ${show(after.ask, 4)}; ${show(entry.tribute)} of ${show(amount)} is tribute`,
)
console.log('week  worth of a share  worth of the stake')

// A year of sales, one state out of the other: nothing is changed in place, so any of them can be tried differently.
let state = entry.state
let even: number | undefined
for (let week = 0; week <= 52; week++) {
  const worth = quoteRedeem(state, { shares: entry.shares, now })
  if (worth >= amount) even ??= week
  if (week % 4 === 0) {
    const bar = '#'.repeat(Math.min(60, Number((worth * 20n) / amount)))
    const { bid } = pricesOf(state, rules, now)
    console.log(`${String(week).padStart(4)}${show(bid, 4).padStart(18)}${show(worth).padStart(20)}  ${bar}`)
  }
  for (let sale = 0; sale < Number(salesText); sale++) {
    now += Math.floor(WEEK / Number(salesText))
    state = addRevenue(state, rules, { amount: (price * reserveBps) / 10_000n, now })
  }
}
console.log(even === undefined ? 'not worth it within a year' : `the way in is earned after ${even} weeks`)
