import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NumberPredictor } from '../model/predictor.js'
import { measure } from './measure.js'
import { measureNumbers } from './measure-numbers.js'

const label = { name: 'days', minMicros: 0, maxMicros: 60_000_000 }
/** A model that says the first and only feature. */
const said = (features: Float64Array, offset: number) => features[offset]!
const predictor: NumberPredictor = { predicts: 'number', label, numberOf: said, outputOf: said }
const given = (labels: readonly number[], said: readonly number[], rows = labels.map((_, row) => row)) => ({
  predictor,
  table: {
    rows: labels.length,
    dimensions: 1,
    features: Float64Array.from(said),
    labels: Float64Array.from(labels),
  },
  rows: Uint32Array.from(rows),
})
const value = fc.double({ min: -1, max: 1, noNaN: true })
const sum = (values: readonly number[]) => values.reduce((total, one) => total + one, 0)

describe('measureNumbers', () => {
  it('is what scikit-learn says of the same numbers', () => {
    // r2_score, the root of mean_squared_error, mean_absolute_error.
    const { r2, rmse, mae } = measureNumbers(given([0.3, -0.5, 1, 0.25], [0.1, -0.4, 0.7, 0.5]))
    expect(r2).toBeCloseTo(0.8202995008319467, 12)
    expect(rmse).toBeCloseTo(0.225, 12)
    expect(mae).toBeCloseTo(0.2125, 12)
  })

  it('is 1 minus what is left of the variance', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { minLength: 2, maxLength: 30 }), (pairs) => {
        const labels = pairs.map(([one]) => one)
        // The variance as the mean of squares less the square of the mean is exact enough for labels that differ.
        const spread = sum(labels.map((one) => one ** 2)) / labels.length - (sum(labels) / labels.length) ** 2
        fc.pre(spread > 1e-3)
        const { r2, rmse } = measureNumbers(
          given(
            labels,
            pairs.map(([, other]) => other),
          ),
        )
        expect(r2).toBeCloseTo(1 - rmse ** 2 / spread, 6)
        expect(rmse ** 2).toBeCloseTo(sum(pairs.map(([one, other]) => (one - other) ** 2)) / pairs.length, 9)
      }),
    )
  })

  it('is 0 for their mean, below 0 for worse, and never above 1', () => {
    expect(measureNumbers(given([-1, 0, 1], [0, 0, 0])).r2).toBe(0)
    expect(measureNumbers(given([-1, 0, 1], [1, 0, -1])).r2).toBe(-3)
    expect(measureNumbers(given([-1, 0, 1], [-1, 0, 1])).r2).toBe(1)
  })

  it('has an answer where all rows have the same label, which no double may be the mean of', () => {
    const labels = [0.1, 0.1, 0.1, 0.1, 0.1, 0.1]
    expect(measureNumbers(given(labels, labels)).r2).toBe(1)
    expect(measureNumbers(given(labels, [0.1, 0.1, 0.1, 0.1, 0.1, 0.2])).r2).toBe(0)
  })

  it('is of the rows that count', () => {
    expect(measureNumbers(given([0.5, -1, 1], [9, -1, 1], [1, 2])).r2).toBe(1)
  })

  it('is told as a part of the range of the label', () => {
    // Off by a quarter of 2, the range on the scale of the models.
    expect(measure({ ...given([-1, 1], [-0.5, 0.5]), classes: 0 })).toEqual({ holdout_r2: 0.75, holdout_rmse: 0.25 })
  })
})
