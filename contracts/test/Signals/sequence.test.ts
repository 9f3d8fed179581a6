import { describe, expect, it } from 'vitest'
import { now, passSeconds, type Signer } from '../support/chain.ts'
import { DAY, SHARE } from '../support/defaults.ts'
import { numbers } from '../support/random.ts'
import { deploySignals, type Fixture, PART, sold } from './fixture.ts'

const STEPS = 150
const SCALE_BITS = 128n

/** What Signals does, in the obvious way: every account is looked at in every flush. */
class Mirror {
  readonly #made = new Map<Signer, { day: number; amount: bigint; isActive: boolean }[]>()
  readonly #accumulated = new Map<Signer, bigint>()
  waiting = 0n
  toReserve = 0n

  /** `amount * 2^128 / active` times what one has, so that rounding is where the contract's is but for each account's last. */
  flush(day: number): void {
    const active = this.#sum((signal) => signal.isActive)
    if (active === 0n) this.toReserve += this.waiting
    else {
      const each = (this.waiting << SCALE_BITS) / active
      for (const account of this.#made.keys()) {
        this.#accumulated.set(account, (this.#accumulated.get(account) ?? 0n) + each * this.of(account).active)
      }
    }
    this.waiting = 0n
    for (const signals of this.#made.values()) {
      for (const signal of signals) if (signal.day + 2 <= day) signal.isActive = true
    }
  }

  signal(account: Signer, amount: bigint, day: number): void {
    this.#made.set(account, [...(this.#made.get(account) ?? []), { day, amount, isActive: false }])
  }

  withdraw(account: Signer, amount: bigint): void {
    let left = amount
    for (const signal of [...(this.#made.get(account) ?? [])].reverse()) {
      const rest = left - signal.amount
      signal.amount = rest < 0n ? -rest : 0n
      left = rest < 0n ? 0n : rest
    }
  }

  of(account: Signer): { active: bigint; pending: bigint } {
    const signals = this.#made.get(account) ?? []
    const sum = (isActive: boolean) =>
      signals.filter((signal) => signal.isActive === isActive).reduce((total, { amount }) => total + amount, 0n)
    return { active: sum(true), pending: sum(false) }
  }

  earned(account: Signer): bigint {
    return (this.#accumulated.get(account) ?? 0n) >> SCALE_BITS
  }

  #sum(which: (signal: { isActive: boolean }) => boolean): bigint {
    return [...this.#made.values()].flat().reduce((sum, signal) => (which(signal) ? sum + signal.amount : sum), 0n)
  }
}

async function walk(fixture: Fixture, seed: number) {
  const { signals, listing, ann, bob, cat } = fixture
  const people = [ann, bob, cat]
  const mirror = new Mirror()
  const claimed = new Map<Signer, bigint>()
  const next = numbers(seed)
  const today = async () => Math.floor((await now()) / DAY)
  for (let step = 0; step < STEPS; step += 1) {
    const account = people[next(3)] as Signer
    const action = next(6)
    const { active, pending } = mirror.of(account)
    if (action === 0 && active + pending < 100n * SHARE) {
      const amount = BigInt(1 + next(1_000_000)) * 10n ** 13n
      await signals.connect(account).signal(listing, amount)
      mirror.flush(await today())
      mirror.signal(account, amount, await today())
    } else if (action === 1 && active + pending !== 0n) {
      const amount = 1n + ((active + pending - 1n) * BigInt(next(101))) / 100n
      await signals.connect(account).withdraw(listing, amount)
      mirror.flush(await today())
      mirror.withdraw(account, amount)
    } else if (action === 2) {
      await signals.flush(listing)
      mirror.flush(await today())
    } else if (action === 3) {
      const before = await fixture.balanceOf(account.address)
      await signals.connect(account).claim([listing])
      mirror.flush(await today())
      const amount = (await fixture.balanceOf(account.address)) - before
      claimed.set(account, (claimed.get(account) ?? 0n) + amount)
    } else if (action === 4) {
      await sold(fixture)
      mirror.waiting += PART
    } else {
      await passSeconds(1 + next(2 * DAY))
    }
  }
  await signals.flush(listing)
  mirror.flush(await today())
  return { people, mirror, claimed }
}

describe('Signals over a long time', () => {
  it.each([1, 2])('agrees with whoever looks at everybody in every flush (seed %s)', async (seed) => {
    const fixture = await deploySignals()
    const { signals, share, listing } = fixture
    const { people, mirror, claimed } = await walk(fixture, seed)
    let total = 0n
    let sum = { active: 0n, pending: 0n }
    for (const account of people) {
      const { active, pending } = mirror.of(account)
      sum = { active: sum.active + active, pending: sum.pending + pending }
      expect(await signals.signalOf(listing, account.address)).toEqual([active, pending])
      expect(await share.encumberedOf(account.address)).toBe(active + pending)
      const left = (await signals.claimable(listing, account.address)) as bigint
      total += left
      const got = left + (claimed.get(account) ?? 0n)
      // Less than one unit for each time the account was looked at.
      expect(got).toBeLessThanOrEqual(mirror.earned(account))
      expect(mirror.earned(account) - got).toBeLessThan(BigInt(STEPS))
      expect(got).toBeGreaterThan(0n)
    }
    expect(await signals.totalOf(listing)).toEqual([sum.active, sum.pending])
    expect(await fixture.balanceOf(await signals.getAddress())).toBeGreaterThanOrEqual(total)
    expect(mirror.toReserve).toBeGreaterThan(0n)
  })
})
