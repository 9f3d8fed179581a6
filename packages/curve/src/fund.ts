import { accrue } from './accrue.js'
import { lockRevenue } from './add-revenue.js'
import { BPS, MAX_AMOUNT } from './bounds.js'
import { CURVES } from './curves.js'
import { AmountOutOfRangeError, NoSharesError } from './errors.js'
import { assertStorable, type MarketRules, type MarketState } from './market-state.js'
import { min } from './min-max.js'
import { mulDivDown, mulDivUp } from './mul-div.js'

/** What `fund` and `quoteFund` take. */
export interface FundParams {
  /** Asset units. */
  amount: bigint
  /** Unix seconds. */
  now: number
}

/** What `fund` gives, and where the amount goes: amount = toUnlocked + toLocked + tribute. */
export interface FundQuote {
  /** Share units, 18 decimals. */
  shares: bigint
  /** Added to U, asset units. */
  toUnlocked: bigint
  /** Added to L, asset units: what the shares have of L, at the drip's end of L, and of P, as new revenue. */
  toLocked: bigint
  /** Added to B, asset units. */
  tribute: bigint
}

export interface FundResult extends FundQuote {
  state: MarketState
}

/** Shares that `fund` would give at `now`, and how the amount would be divided. */
export function quoteFund(state: MarketState, rules: MarketRules, { amount, now }: FundParams): FundQuote {
  if (amount <= 0n || amount > MAX_AMOUNT) throw new AmountOutOfRangeError(amount, MAX_AMOUNT)
  const { unlocked, locked, pending, supply } = accrue(state, now)
  const byCurve = CURVES[rules.curve].sharesFor({
    amount,
    supply,
    reserve: unlocked + locked,
    p0: rules.p0,
    k: rules.k,
  })
  const byNav = mulDivDown(amount, supply * BPS, (unlocked + locked + pending) * (BPS + BigInt(rules.spreadBps)))
  const shares = min(byCurve, byNav)
  const toUnlocked = mulDivUp(shares, unlocked, supply)
  const rest = amount - toUnlocked
  const toLocked = min(mulDivUp(shares, locked + pending, supply), rest)
  return { shares, toUnlocked, toLocked, tribute: rest - toLocked }
}

/** Buys shares at the ask. U, U + L and U + L + P per share do not fall: there is nothing to sandwich. */
export function fund(state: MarketState, rules: MarketRules, params: FundParams): FundResult {
  const quote = quoteFund(state, rules, params)
  if (quote.shares === 0n) throw new NoSharesError(params.amount)
  const accrued = accrue(state, params.now)
  const ofLocked = min(mulDivUp(quote.shares, accrued.locked, accrued.supply), quote.toLocked)
  const ofPending = quote.toLocked - ofLocked
  const paid = assertStorable({
    ...accrued,
    unlocked: accrued.unlocked + quote.toUnlocked,
    locked: accrued.locked + ofLocked,
    bounty: accrued.bounty + quote.tribute,
    supply: accrued.supply + quote.shares,
  })
  const next = ofPending === 0n ? paid : lockRevenue(paid, rules, { amount: ofPending, now: params.now })
  return { ...quote, state: next }
}
