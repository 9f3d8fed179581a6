import { describe, expect, it } from 'vitest'
import { ATTACKS } from '../bench/leaks/attacks.js'
import { findHostile } from '../bench/leaks/find-hostile.js'
import { measureAttack } from '../bench/leaks/measure-attack.js'
import { openOutside } from '../bench/leaks/outside.js'
import { recoveredBits } from '../bench/leaks/recovered-bits.js'

/** A few of what `bench:leaks` tries; docs/compute-leaks.md has all. */
const TRIED = [
  'rows as they are',
  'rows in the low bits of doubles',
  'tree with a leaf for every few rows: numbers of known rows',
  'adaptive: every number of the grid',
]

const hostile = await findHostile()
const attacks = ATTACKS.filter(({ name }) => TRIED.includes(name))
const cases = hostile.flatMap((one) => attacks.map((attack) => ({ runtime: one.runtime, attack, one })))

describe('bits of private rows that a sponsor decodes', () => {
  it('are looked for by attacks that there are', () => {
    expect(attacks.map(({ name }) => name)).toEqual(TRIED)
  })

  it.each(cases)('are no more than the charge with the gate: $attack.name, $runtime', async ({ attack, one }) => {
    await using outside = await openOutside()
    const { gated, open, charged } = await measureAttack({ attack, hostile: one, outside })
    expect(gated).toBeLessThanOrEqual(charged)
    // Who knows the grid gets what is charged for it, all but the bit that no finite number in range has.
    if (attack.name.startsWith('adaptive')) expect(gated).toBe(75)
    else expect(gated).toBe(0)
    // Without the gate the same decoder reads more of the same algorithm than ever would be charged, if it uses doubles.
    expect(open).toBeGreaterThan(attack.name.includes('low bits') ? charged : 30)
  })
})

describe('the number of a row that no algorithm saw', () => {
  it('is in the error of a model that is far off for it, unless what it says is kept within the bounds', async () => {
    await using outside = await openOutside()
    const found = ATTACKS.find(({ errorOf }) => errorOf !== undefined)!
    const attack = { ...found, runs: found.runs.slice(0, 40) }
    const { gated, ends, open } = await measureAttack({ attack, hostile: hostile[0]!, outside })
    expect(ends).toEqual(['OK'])
    expect(open).toBeGreaterThan(20)
    expect(gated).toBeLessThan(open / 4)
  }, 30_000)
})

describe('recovered bits', () => {
  const secret = Array.from({ length: 1_000 }, (_, at) => ((at + 1) * Math.SQRT2 * 1_000) & 1)

  it('are all of them where the guess is right, and none where it is a guess', () => {
    expect(recoveredBits(secret, secret)).toBe(1_000)
    expect(recoveredBits(secret.slice(0, 75), secret)).toBe(75)
    expect(recoveredBits([], secret)).toBe(0)
    expect(
      recoveredBits(
        secret.map((_, at) => at & 1),
        secret,
      ),
    ).toBe(0)
    expect(
      recoveredBits(
        secret.map((bit) => 1 - bit),
        secret,
      ),
    ).toBe(0)
  })

  it('are what a channel of as many errors carries', () => {
    // 110 of 1000 wrong: 1 - H(0.11) = 0.5.
    const guess = secret.map((bit, at) => (at < 110 ? 1 - bit : bit))
    expect(recoveredBits(guess, secret)).toBeCloseTo(500, -1)
  })
})
