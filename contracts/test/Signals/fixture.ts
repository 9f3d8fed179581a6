import { deployCuration, type Fixture } from '../Curation/fixture.ts'
import { now, passSeconds, type Signer } from '../support/chain.ts'
import { CONFIG, DAY, SHARE } from '../support/defaults.ts'
import { ACCESS_PRICE, sell } from '../support/trade.ts'

export { gains } from '../Curation/fixture.ts'
export type { Fixture }

/** What one sale of access brings the curators. */
export const PART = (ACCESS_PRICE * CONFIG.curatorsBps) / 10_000n

/** What whole `shares` earn in flushes of an amount to so many active ones: rounded down a flush, and again at the end. */
export function earned(shares: bigint, ...flushes: [amount: bigint, active: bigint][]): bigint {
  const accumulator = flushes.reduce((sum, [amount, active]) => sum + (amount << 128n) / (active * SHARE), 0n)
  return (shares * SHARE * accumulator) >> 128n
}

/** The stack of Curation's tests, noon of a day. */
export async function deploySignals() {
  const fixture = await deployCuration()
  await noonIn(1)
  return fixture
}

/** Mines a block at noon, `days` from today. */
export async function noonIn(days: number): Promise<void> {
  await passSeconds((await startOfDayIn(days)) + DAY / 2 - (await now()))
}

/** Unix seconds at which the day starts that is `days` from today. */
export async function startOfDayIn(days: number): Promise<number> {
  return (Math.floor((await now()) / DAY) + days) * DAY
}

/** Signals of accounts, active two days later. */
export async function activeSignals(fixture: Fixture, ...signals: [Signer, bigint][]): Promise<void> {
  const { listing } = fixture
  for (const [account, amount] of signals) await fixture.signals.connect(account).signal(listing, amount * SHARE)
  await noonIn(2)
  await fixture.signals.flush(listing)
}

let orders = 1n
/** Sells access once; the curators' part waits. */
export async function sold(fixture: Fixture): Promise<void> {
  orders += 1n
  await sell(fixture, { listing: fixture.listing, name: 'live', n: orders })
}
