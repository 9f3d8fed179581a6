import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LENGTH_UNITS, sumProducts } from '../executors/trainer/linear-regression.js'
import { createKeystream } from './keystream.js'
import { noisySums, sumSensitivity } from './linear-regression.js'
import { solveRidge } from './solve-ridge.js'

const ROWS = 6
const DIMENSIONS = 3
const row = fc.record({
  features: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: DIMENSIONS, maxLength: DIMENSIONS }),
  label: fc.integer({ min: 0, max: 2 }),
})
type Row = { features: readonly number[]; label: number }
const sumsFor = (rows: readonly Row[], clip: number, classes = 3) =>
  sumProducts({
    rows: rows.length,
    dimensions: rows[0]!.features.length,
    classes,
    labels: Int32Array.from(rows, ({ label }) => label),
    features: Float64Array.from(rows.flatMap(({ features }) => features)),
    clip,
  })
const distance = (one: Float64Array, other: Float64Array) =>
  one.reduce((sum, value, index) => sum + Math.abs(value - other[index]!), 0)

describe('sumProducts', () => {
  it('gives whole numbers', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: ROWS }), fc.constantFrom(0.3, 1, 5), (rows, clip) => {
        expect(sumsFor(rows, clip).every(Number.isSafeInteger)).toBe(true)
      }),
    )
  })

  it('is of rows without a length beyond what the proof says, whatever rounding does', () => {
    fc.assert(
      fc.property(row, fc.double({ min: 1e-3, max: 3, noNaN: true }), (one, clip) => {
        const sums = sumsFor([one], clip)
        const [squares] = [[0, 4, 7, 9].reduce((sum, index) => sum + sums[index]!, 0)]
        expect(squares).toBeLessThanOrEqual(LENGTH_UNITS ** 2)
      }),
    )
  })
})

describe('sumSensitivity', () => {
  it('bounds what another row moves', () => {
    const tables = fc.tuple(fc.array(row, { minLength: ROWS, maxLength: ROWS }), row)
    fc.assert(
      fc.property(tables, fc.constantFrom(0.1, 1, 2), ([rows, other], clip) => {
        const moved = distance(sumsFor(rows, clip), sumsFor([other, ...rows.slice(1)], clip))
        expect(moved).toBeLessThanOrEqual(Number(sumSensitivity({ width: DIMENSIONS + 1, outputs: 3 })))
      }),
      { numRuns: 300 },
    )
  })

  it('is no more than twice what some row moves, and half of it would not do', () => {
    // Equal values are the worst there are, and of two classes another label moves every product with the target.
    const rows = (features: number[], label: number) => [
      { features, label },
      { features: [0, 0, 0], label: 0 },
    ]
    const bound = Number(sumSensitivity({ width: 4, outputs: 1 }))
    const moved = distance(sumsFor(rows([1, 1, 1], 0), 1, 2), sumsFor(rows([0, 0, 0], 1), 1, 2))
    const flipped = distance(sumsFor(rows([1, 1, 1], 0), 1, 2), sumsFor(rows([1, 1, 1], 1), 1, 2))
    expect(Math.max(moved, flipped)).toBeGreaterThan(bound / 2)
    expect(Math.max(moved, flipped)).toBeLessThanOrEqual(bound)
  })
})

describe('noisySums', () => {
  const width = 3
  const outputs = 1
  const sums = new Float64Array(9)
  const runs = 2_000
  /** The mean magnitude of noise over the scale that privacy needs: 1, with a standard error of 0.75 %. */
  const widthOf = (epsilonMicros: number) => {
    const scale = Number(sumSensitivity({ width, outputs }))
    let sum = 0
    for (let run = 0; run < runs; run++) {
      const noise = createKeystream(new Uint8Array(Uint32Array.from({ length: 8 }, () => run).buffer))
      for (const value of noisySums({ sums, width, outputs, epsilonMicros, noise })) sum += Math.abs(Number(value))
    }
    return sum / (runs * sums.length) / scale
  }

  it('draws noise as wide as the sensitivity over epsilon', () => {
    expect(Math.abs(widthOf(1_000_000) - 1)).toBeLessThan(0.04)
  })

  it('would be found out with half of it', () => {
    expect(Math.abs(widthOf(2_000_000) - 1)).toBeGreaterThan(0.4)
  })
})

describe('solveRidge', () => {
  it('solves what has a solution', () => {
    // [[4, 2], [2, 3]] w = [8, 7] has w = [1.25, 1.5].
    const [weights] = solveRidge({ upper: Float64Array.of(3, 2, 2), targets: [Float64Array.of(8, 7)], ridge: 1 })
    expect([...weights!].map((value) => Math.round(1e9 * value) / 1e9)).toEqual([1.25, 1.5])
  })

  it('adds more where noise has left a matrix that is not positive', () => {
    const [weights] = solveRidge({ upper: Float64Array.of(-5, 1, -9), targets: [Float64Array.of(1, 1)], ridge: 0.1 })
    expect([...weights!].every((value) => Number.isFinite(value) && Math.abs(value) < 2)).toBe(true)
  })
})
