import { createMarket, type MarketRules, quoteFund } from '@gristmill/curve'

const rules: MarketRules = { curve: 'linear', p0: 1_000_000n, k: 10n ** 24n, spreadBps: 500, dripSeconds: 604_800 }
const now = 1_800_000_000
const { shares } = quoteFund(createMarket(rules, { seed: 100_000_000n, now }), rules, { amount: 10_000_000n, now })
console.log(shares)
