import { BPS, SHARE } from '../support/defaults.ts'

/** What the rules of a purchase depend on; letters as in IMarkets. */
export interface Terms {
  unlocked: bigint
  locked: bigint
  pending: bigint
  supply: bigint
  p0: bigint
  k: bigint
  spreadBps: bigint
}

/** Shares for `amount` and how it is divided, straight from the definition. */
export function purchaseOf(amount: bigint, terms: Terms) {
  const { unlocked, locked, pending, supply, p0, k, spreadBps } = terms
  const base = k + supply
  const fromCurve = squareRoot(base * base + (2n * k * amount * SHARE) / p0) - base
  const byAsset = (amount * supply * BPS) / ((unlocked + locked + pending) * (BPS + spreadBps))
  const shares = least(fromCurve, byAsset)
  const toUnlocked = ceilDiv(shares * unlocked, supply)
  const toLocked = least(ceilDiv(shares * (locked + pending), supply), amount - toUnlocked)
  return { shares, toUnlocked, toLocked, tribute: amount - toUnlocked - toLocked }
}

/** The drip from which a purchase starts: what is left of it, and the rule for what joins. */
export interface Drip {
  leftSeconds: bigint
  dripSeconds: bigint
}

/** Seconds until the end of the drip after a purchase: what pays for L keeps its end, what pays for P joins as revenue. */
export function leftAfter({ shares, toLocked }: { shares: bigint; toLocked: bigint }, terms: Terms, drip: Drip) {
  const ofLocked = least(toLocked, ceilDiv(shares * terms.locked, terms.supply))
  const locked = terms.locked + ofLocked
  const joining = toLocked - ofLocked
  const leftSeconds = terms.locked === 0n ? 0n : drip.leftSeconds
  return (locked * leftSeconds + joining * drip.dripSeconds) / (locked + joining)
}

function least(a: bigint, b: bigint): bigint {
  if (a < b) return a
  return b
}

function ceilDiv(a: bigint, b: bigint): bigint {
  return (a + b - 1n) / b
}

function squareRoot(value: bigint): bigint {
  let low = 0n
  let high = value + 1n
  while (high - low > 1n) {
    const middle = (low + high) / 2n
    if (middle * middle <= value) low = middle
    else high = middle
  }
  return low
}
