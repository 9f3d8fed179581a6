import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { truePositives } from './true-positives.js'

const values = fc
  .array(fc.integer({ min: 0, max: 8 }), { minLength: 1, maxLength: 40 })
  .map((v) => Float64Array.from(v))

/** By definition: the ROC curve through all thresholds, straight between them. */
function byCurve(members: Float64Array, others: Float64Array, rate: number): number {
  const above = (of: Float64Array, threshold: number) => of.filter((value) => value > threshold).length / of.length
  const points = [...new Set([...others, ...members])]
    .sort((a, b) => b - a)
    .concat(Number.NEGATIVE_INFINITY)
    .map((threshold) => [above(others, threshold), above(members, threshold)] as const)
  let best = 0
  for (const [index, [fpr, tpr]] of points.entries()) {
    if (fpr <= rate) best = Math.max(best, tpr)
    const [nextFpr, nextTpr] = points[index + 1] ?? [fpr, tpr]
    if (fpr <= rate && nextFpr > rate) best = tpr + ((rate - fpr) / (nextFpr - fpr)) * (nextTpr - tpr)
  }
  return best
}

describe('truePositives', () => {
  it('is the ROC curve at a rate of false positives', () => {
    fc.assert(
      fc.property(values, values, fc.constantFrom(0.01, 0.1, 0.3), (members, others, rate) => {
        expect(truePositives(members, others, rate)).toBeCloseTo(byCurve(members, others, rate), 10)
      }),
    )
  })

  it('is the rate itself where nothing is told apart', () => {
    const same = new Float64Array(200).fill(3)
    expect(truePositives(same, same, 0.01)).toBeCloseTo(0.01, 12)
  })

  it('is one where every member is above all others, also infinitely', () => {
    const members = new Float64Array(50).fill(Number.POSITIVE_INFINITY)
    expect(truePositives(members, new Float64Array(100), 0.01)).toBe(1)
  })
})
