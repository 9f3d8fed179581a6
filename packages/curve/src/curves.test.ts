import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CurveOutOfRangeError } from './errors.js'
import { isqrt } from './isqrt.js'
import { linearCurve } from './linear-curve.js'

const golden = JSON.parse(readFileSync(new URL('../fixtures/linear-curve.json', import.meta.url), 'utf8'))
const k = BigInt(golden.k)
const p0 = BigInt(golden.p0)

describe('linearCurve', () => {
  it.each(golden.vectors as { supply: string; amount: string; shares: string }[])(
    'gives $shares share units for $amount at a supply of $supply',
    ({ supply, amount, shares }) => {
      expect(linearCurve.sharesFor({ amount: BigInt(amount), supply: BigInt(supply), reserve: 0n, p0, k })).toBe(
        BigInt(shares),
      )
    },
  )

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
