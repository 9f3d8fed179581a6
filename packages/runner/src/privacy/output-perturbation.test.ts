import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type LogisticParams, passesOf, TOLERANCE, trainLogistic } from '../executors/trainer/logistic-regression.js'
import { toUnits } from './grid.js'
import { sensitivityOf } from './output-perturbation.js'

const ROWS = 12
const row = fc.record({
  features: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 2 }),
  label: fc.integer({ min: 0, max: 1 }),
})
type Row = { features: readonly number[]; label: number }
const trained = (rows: readonly Row[], { clip, lambda }: Pick<LogisticParams, 'clip' | 'lambda'>) =>
  trainLogistic({
    rows: rows.length,
    dimensions: 2,
    classes: 2,
    labels: Float64Array.from(rows, ({ label }) => label),
    features: Float64Array.from(rows.flatMap(({ features }) => features)),
    clip,
    lambda,
  })

/** How far two models are apart, as `sensitivityOf` counts. */
const distance = (one: Float64Array, other: Float64Array) =>
  one.reduce((sum, value, index) => {
    const units = toUnits(value) - toUnits(other[index]!)
    return sum + (units < 0n ? -units : units)
  }, 0n)

describe('trainLogistic', () => {
  it('is as near to the optimum as it says: there the gradient is zero', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 20 }), fc.constantFrom(0.001, 0.03, 1), (rows, lambda) => {
        const clip = 1
        const weights = trained(rows, { clip, lambda })
        const gradient = weights.map((weight) => lambda * weight)
        for (const { features, label } of rows) {
          const whole = [...features, 1]
          const factor = Math.min(1, clip / Math.hypot(...whole))
          const score = whole.reduce((sum, value, index) => sum + factor * value * weights[index]!, 0)
          const error = 1 / (1 + Math.exp(-score)) - label
          for (const [index, value] of whole.entries()) gradient[index]! += (error * factor * value) / rows.length
        }
        // Within the tolerance of the optimum the gradient of a smooth loss is at most so long.
        expect(Math.hypot(...gradient)).toBeLessThanOrEqual(TOLERANCE * (clip ** 2 / 4 + lambda))
      }),
      { numRuns: 50 },
    )
  })

  it('learns each of several classes against the others', () => {
    const labels = Float64Array.from({ length: 90 }, (_, index) => index % 3)
    const features = Float64Array.from({ length: 180 }, (_, at) => ((at >> 1) % 3 === (at & 1) ? 1 : 0))
    const values = trainLogistic({ rows: 90, dimensions: 2, classes: 3, labels, features, clip: 1, lambda: 0.01 })
    const scores = (x: number, y: number) =>
      [0, 1, 2].map((output) => values[2 * output]! * x + values[2 * output + 1]! * y + values[6 + output]!)
    const best = (of: number[]) => of.indexOf(Math.max(...of))
    expect([best(scores(1, 0)), best(scores(0, 1)), best(scores(0, 0))]).toEqual([0, 1, 2])
  })

  it('takes as many passes as its parameters say, whatever the rows', () => {
    expect(passesOf(1, 0.01)).toBeGreaterThan(passesOf(1, 0.1))
    expect(passesOf(1, 0.0001)).toBeLessThan(5_000)
  })
})

describe('sensitivityOf', () => {
  const tables = fc.tuple(fc.array(row, { minLength: ROWS, maxLength: ROWS }), row)

  it('bounds what another row changes', () => {
    fc.assert(
      fc.property(tables, fc.constantFrom(0.01, 0.1, 1), fc.constantFrom(0.5, 1, 4), ([rows, other], lambda, clip) => {
        const bound = sensitivityOf({ rows: ROWS, width: 3, clip, lambda })
        const moved = distance(trained(rows, { clip, lambda }), trained([other, ...rows.slice(1)], { clip, lambda }))
        expect(moved).toBeLessThanOrEqual(bound)
      }),
      { numRuns: 100 },
    )
  })

  it('is no more than four times what the worst row does, and would be broken by rows that are not scaled', () => {
    const rows = (first: Row) => [first, ...Array.from({ length: ROWS - 1 }, () => ({ features: [0, 0], label: 1 }))]
    const params = { clip: 1, lambda: 1 }
    const bound = sensitivityOf({ rows: ROWS, width: 3, ...params })
    const move = (clip: number, size: number) =>
      distance(
        trained(rows({ features: [size, size], label: 0 }), { ...params, clip }),
        trained(rows({ features: [size, size], label: 1 }), { ...params, clip }),
      )
    expect(4n * move(1, 1)).toBeGreaterThan(bound)
    expect(move(1, 10)).toBeLessThanOrEqual(bound)
    expect(move(100, 10)).toBeGreaterThan(bound)
  })
})
