import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { areaUnderCurve } from './area-under-curve.js'

const scores = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 30 })

describe('areaUnderCurve', () => {
  it('is how often a positive is above a negative, ties as half', () => {
    fc.assert(
      fc.property(scores, scores, (positives, negatives) => {
        let halves = 0
        for (const p of positives) for (const n of negatives) halves += p > n ? 2 : p === n ? 1 : 0
        const area = areaUnderCurve(Float64Array.from(positives), Float64Array.from(negatives))
        expect(area).toBe(halves / (2 * positives.length * negatives.length))
      }),
    )
  })

  it('is a half where there is nothing to tell apart', () => {
    expect(areaUnderCurve(Float64Array.of(1), new Float64Array())).toBe(0.5)
  })
})
