import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CURVE_NAMES, CURVES, type CurveName } from './curves.js'
import { CurveOutOfRangeError, CurveParametersError } from './errors.js'
import { isqrt } from './isqrt.js'
import { linearCurve } from './linear-curve.js'

interface Golden {
  p0: string
  k: string
  vectors: { supply: string; reserve?: string; amount: string; shares: string }[]
}

const fixtureOf = (name: CurveName): Golden =>
  JSON.parse(readFileSync(new URL(`../fixtures/${name}-curve.json`, import.meta.url), 'utf8'))

const golden = fixtureOf('linear')
const k = BigInt(golden.k)
const p0 = BigInt(golden.p0)
const SHARE = 10n ** 18n

const vectors = CURVE_NAMES.flatMap((name) => {
  const fixture = fixtureOf(name)
  return fixture.vectors.map((vector) => ({ name, ...fixture, ...vector }))
})

describe('the curves', () => {
  it.each(vectors)('gives $shares share units for $amount at a supply of $supply: $name', (vector) => {
    const { name, supply, reserve = '0', amount, shares } = vector
    const state = { supply: BigInt(supply), reserve: BigInt(reserve), p0: BigInt(vector.p0), k: BigInt(vector.k) }
    const given = CURVES[name].sharesFor({ amount: BigInt(amount), ...state })
    // The real value of the root curve is rounded down, and its roots may take one more.
    const short = BigInt(shares) - given
    expect(short >= 0n && short <= (name === 'root' ? 1n : 0n)).toBe(true)
  })

  it.each([
    ['root', 'no root', SHARE - 1n, SHARE],
    ['root', 'part of a root', SHARE + 1n, SHARE],
    ['root', 'too many roots', 17n * SHARE, SHARE],
    ['computable', 'a spread below 100 percent', 99n * SHARE, SHARE],
    ['computable', 'a spread of no whole percent', 110n * SHARE + 1n, SHARE],
    ['computable', 'a price of no whole lots', 110n * SHARE, SHARE + 1n],
    ['computable', 'no price', 110n * SHARE, 0n],
  ] as const)('the %s curve knows no meaning of %s', (name, _, number, price) => {
    const state = { supply: SHARE, reserve: SHARE, p0: price, k: number }
    expect(() => CURVES[name].sharesFor({ amount: 1n, ...state })).toThrow(CurveParametersError)
    expect(() => CURVES[name].askAt(state)).toThrow(CurveParametersError)
  })

  it.each([
    ['flat', { supply: SHARE, reserve: 0n }],
    ['root', { supply: SHARE, reserve: 0n }],
    ['root', { supply: 2n ** 144n, reserve: SHARE }],
    ['root', { supply: SHARE, reserve: 2n ** 150n }],
    ['computable', { supply: 2n ** 250n, reserve: SHARE }],
  ] as const)('the %s curve refuses what has more than 256 bits on the way: %o', (name, state) => {
    const params = { amount: 2n ** 100n, p0: SHARE, k: name === 'computable' ? 110n * SHARE : SHARE, ...state }
    expect(() => CURVES[name].sharesFor(params)).toThrow(CurveOutOfRangeError)
  })

  it.each(CURVE_NAMES)('the %s curve asks what a very small purchase costs', (name) => {
    const number = { linear: 10n ** 24n, flat: SHARE, root: 3n * SHARE, computable: 110n * SHARE }[name]
    const state = { supply: 10n ** 24n, reserve: 10n ** 30n, p0: 10n ** 24n, k: number }
    const amount = 10n ** 20n
    const mean = (amount * SHARE) / CURVES[name].sharesFor({ amount, ...state })
    const ask = CURVES[name].askAt(state)
    expect(ask >= mean - mean / 10n ** 6n && ask <= mean + mean / 10n ** 6n).toBe(true)
  })
})

describe('linearCurve', () => {
  it('gives nothing for nothing', () => {
    expect(linearCurve.sharesFor({ amount: 0n, supply: 10n ** 24n, reserve: 0n, p0, k })).toBe(0n)
  })

  it('never gives more at a larger supply', () => {
    const amounts = fc.bigInt(1n, 2n ** 112n - 1n)
    const supplies = fc.bigInt(0n, 10n ** 30n)
    fc.assert(
      fc.property(amounts, supplies, supplies, (amount, supply, more) => {
        const shares = linearCurve.sharesFor({ amount, supply, reserve: 0n, p0, k })
        expect(linearCurve.sharesFor({ amount, supply: supply + more, reserve: 0n, p0, k }) <= shares).toBe(true)
      }),
    )
  })

  it.each([
    { why: 'a product above 256 bits', amount: 2n ** 176n, supply: 0n },
    { why: 'a square above 256 bits', amount: 1n, supply: 2n ** 128n },
  ])('refuses $why', ({ amount, supply }) => {
    expect(() => linearCurve.sharesFor({ amount, supply, reserve: 0n, p0, k })).toThrow(CurveOutOfRangeError)
  })
})

describe('isqrt', () => {
  it('is the largest root whose square is not above the value', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 256n - 1n), (value) => {
        const root = isqrt(value)
        expect(root * root <= value && value < (root + 1n) ** 2n).toBe(true)
      }),
    )
  })

  it('is exact beside squares', () => {
    for (const root of [1n, 2n, 2n ** 64n, 2n ** 128n - 1n]) {
      expect([isqrt(root * root - 1n), isqrt(root * root), isqrt(root * root + 1n)]).toEqual([root - 1n, root, root])
    }
  })
})
