import { describe, expect, it } from 'vitest'
import { discreteLaplace, type Fraction } from './discrete-laplace.js'
import { createKeystream, type Keystream } from './keystream.js'

const DRAWS = 100_000
const stream = (seed: number) => createKeystream(new Uint8Array(32).fill(seed))

/** Pearson's statistic of `counts` against probabilities, over its degrees of freedom: about 1 if they fit. */
function chiSquare(counts: readonly number[], probabilities: readonly number[]): { value: number; degrees: number } {
  const total = counts.reduce((sum, count) => sum + count, 0)
  const value = counts.reduce((sum, count, index) => {
    const expected = total * probabilities[index]!
    return sum + (count - expected) ** 2 / expected
  }, 0)
  return { value, degrees: counts.length - 1 }
}

/** Upper quantile of chi-square at 1e-4, by Wilson and Hilferty. */
const critical = (degrees: number) => {
  const part = 2 / (9 * degrees)
  return degrees * (1 - part + 3.719 * Math.sqrt(part)) ** 3
}

/** Does a sampler of discrete Laplace noise of this scale fit its exact probabilities? */
function fits(sample: () => number, scale: number): boolean {
  const q = Math.exp(-1 / scale)
  const cut = Math.min(60, Math.max(2, Math.floor(4 * scale)))
  const counts = new Array<number>(2 * cut + 3).fill(0)
  for (let draw = 0; draw < DRAWS; draw++) counts[Math.max(-cut - 1, Math.min(cut + 1, sample())) + cut + 1]!++
  const tail = q ** (cut + 1) / (1 + q)
  const probabilities = counts.map((_, index) => {
    const x = Math.abs(index - cut - 1)
    return x === cut + 1 ? tail : ((1 - q) / (1 + q)) * q ** x
  })
  const { value, degrees } = chiSquare(counts, probabilities)
  return value < critical(degrees)
}

const sampler = (of: Keystream, scale: Fraction) => () => Number(discreteLaplace(of, scale))

describe('discreteLaplace', () => {
  it.each([
    [1n, 1n],
    [7n, 2n],
    [1n, 3n],
    [1_000_003n, 100_000n],
  ])('has its exact probabilities at the scale %i/%i', (numerator, denominator) => {
    const scale = Number(numerator) / Number(denominator)
    expect(fits(sampler(stream(1), { numerator, denominator }), scale)).toBe(true)
  })

  it('is symmetric and as wide as it should be where the scale is large', () => {
    const scale = 2 ** 40
    const sample = sampler(stream(2), { numerator: BigInt(scale), denominator: 1n })
    const values = Float64Array.from({ length: DRAWS }, () => sample() / scale).toSorted()
    // Kolmogorov and Smirnov against the continuous law, which it has come close to; 2.3 is the quantile at 5e-5.
    const distribution = (x: number) => (x < 0 ? Math.exp(x) / 2 : 1 - Math.exp(-x) / 2)
    const distance = values.reduce(
      (most, value, index) => Math.max(most, Math.abs(distribution(value) - (index + 0.5) / DRAWS)),
      0,
    )
    expect(distance * Math.sqrt(DRAWS)).toBeLessThan(2.3)
  })

  it.each<[string, (scale: Fraction) => () => number]>([
    [
      'forgets that zero comes up twice',
      ({ numerator, denominator }) => {
        const of = stream(3)
        const sample = sampler(of, { numerator, denominator })
        return () => {
          let value = sample()
          while (value < 0) value = sample()
          return of.below(2n) === 0n ? value : -value
        }
      },
    ],
    [
      'is five per cent too narrow',
      ({ numerator, denominator }) =>
        sampler(stream(4), { numerator: 95n * numerator, denominator: 100n * denominator }),
    ],
    [
      'has a stream that favours small numbers',
      (scale) => {
        const of = stream(5)
        return sampler({ below: (limit) => of.below(limit + limit / 8n + 1n) % limit }, scale)
      },
    ],
  ])('is tested by what finds out a sampler that %s', (_name, biased) => {
    expect(fits(biased({ numerator: 7n, denominator: 2n }), 3.5)).toBe(false)
  })
})

describe('createKeystream', () => {
  it.each([1n, 2n, 3n, 10n, 255n, 257n])('draws every number below %i equally often', (limit) => {
    const of = stream(6)
    const counts = new Array<number>(Number(limit)).fill(0)
    for (let draw = 0; draw < DRAWS; draw++) counts[Number(of.below(limit))]!++
    if (limit === 1n) return expect(counts).toEqual([DRAWS])
    const { value, degrees } = chiSquare(
      counts,
      counts.map(() => 1 / Number(limit)),
    )
    expect(value).toBeLessThan(critical(degrees))
  })

  it('draws from the whole of a limit of many bits', () => {
    const of = stream(7)
    const limit = 10n ** 40n
    const parts = Array.from({ length: DRAWS / 10 }, () => Number((of.below(limit) * 16n) / limit))
    const counts = new Array<number>(16).fill(0)
    for (const part of parts) counts[part]!++
    const { value, degrees } = chiSquare(
      counts,
      counts.map(() => 1 / 16),
    )
    expect(value).toBeLessThan(critical(degrees))
  })

  it('repeats itself under its key, and under no other', () => {
    const draws = (seed: number) => {
      const of = stream(seed)
      return Array.from({ length: 1000 }, () => of.below(1_000_000n))
    }
    expect(draws(8)).toEqual(draws(8))
    expect(draws(9)).not.toEqual(draws(8))
  })
})
