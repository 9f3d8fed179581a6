import { policyFor, trainerDigest } from '@gristmill/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LENGTH_UNITS, sumProducts } from '../executors/trainer/linear-regression.js'
import { createKeystream } from './keystream.js'
import { noisySums, regress, sumSensitivity } from './linear-regression.js'
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
    labels: Float64Array.from(rows, ({ label }) => label),
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

describe('sumProducts of a number label', () => {
  const pairsOf = 10
  const numbers = fc.array(
    fc.record({
      features: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: DIMENSIONS, maxLength: DIMENSIONS }),
      label: fc.double({ min: -1, max: 1, noNaN: true }),
    }),
    { minLength: 1, maxLength: ROWS },
  )

  it('is what regression has to know of rows that are scaled down with their labels', () => {
    fc.assert(
      fc.property(numbers, fc.constantFrom(0.3, 1, 5), (rows, clip) => {
        const sums = sumsFor(rows, clip, 0)
        expect(sums.every(Number.isSafeInteger)).toBe(true)
        for (let at = 0; at <= DIMENSIONS; at++) {
          const exact = rows.reduce((sum, { features, label }) => {
            const whole = [...features, 1]
            const length = Math.max(clip, Math.hypot(...whole))
            return sum + ((whole[at]! / length) * label * clip) / length
          }, 0)
          // Rounding takes less than a unit of either factor, and a row that it left too long a thousandth of it.
          expect(sums[pairsOf + at]! / LENGTH_UNITS ** 2 - exact).toBeCloseTo(0, 2)
        }
      }),
    )
  })

  it('keeps labels within their bounds whatever they are, for the proof rests on it', () => {
    const of = (label: number) => [...sumsFor([{ features: [1, 0, 0.5], label }], 1, 0)]
    for (const label of [1, 1.0001, 9, 1e300, Number.POSITIVE_INFINITY]) {
      expect(of(-label).map((value) => value || 0)).toEqual(
        of(label).map((value, at) => (at < pairsOf ? value : -value || 0)),
      )
      if (label > 1e3)
        expect(
          of(label)
            .slice(pairsOf)
            .every((value) => Math.abs(value) <= LENGTH_UNITS ** 2),
        ).toBe(true)
    }
    expect(of(Number.NaN).slice(pairsOf)).toEqual([0, 0, 0, 0])
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

  it('bounds what another row with another number moves', () => {
    const numberRow = fc.record({
      features: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: DIMENSIONS, maxLength: DIMENSIONS }),
      label: fc.oneof(fc.constantFrom(-1, 1), fc.double({ min: -1, max: 1, noNaN: true })),
    })
    const tables = fc.tuple(fc.array(numberRow, { minLength: ROWS, maxLength: ROWS }), numberRow)
    fc.assert(
      fc.property(tables, fc.constantFrom(0.1, 1, 2), ([rows, other], clip) => {
        const moved = distance(sumsFor(rows, clip, 0), sumsFor([other, ...rows.slice(1)], clip, 0))
        expect(moved).toBeLessThanOrEqual(Number(sumSensitivity({ width: DIMENSIONS + 1, outputs: 1 })))
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

describe('noisySums of two tables that differ in one row and its number', () => {
  const runs = 8_000
  const exact = [
    { features: [1], label: 1 },
    { features: [0], label: -1 },
  ].map((one) => sumsFor([one, { features: [0.5], label: 0.25 }], 1, 0))
  const [first, second] = exact as [Float64Array, Float64Array]
  /** The logarithm of how much likelier the first one's sums come out away from the second's, and what chance may explain. */
  const lossOf = (epsilonMicros: number) => {
    const hits = exact.map((sums, table) => {
      let hit = 0
      for (let run = 0; run < runs; run++) {
        const noise = createKeystream(new Uint8Array(Uint32Array.from({ length: 8 }, () => 2 * run + table).buffer))
        const noisy = noisySums({ sums, width: 2, outputs: 1, epsilonMicros, noise })
        if (noisy.every((sum, at) => (Number(sum) - first[at]!) * Math.sign(first[at]! - second[at]!) >= 0)) hit++
      }
      return hit
    }) as [number, number]
    return { loss: Math.log(hits[0] / hits[1]), doubt: 4 * Math.sqrt(1 / hits[0] + 1 / hits[1]) }
  }

  it('makes no outcome of one more than e^epsilon times as likely as with the other', () => {
    const { loss, doubt } = lossOf(1_000_000)
    expect(loss - doubt).toBeLessThanOrEqual(1)
    // What they differ by over the scale of the noise: this outcome is as telling as one can be.
    const most = distance(first, second) / Number(sumSensitivity({ width: 2, outputs: 1 }))
    expect(Math.abs(loss - most)).toBeLessThan(doubt)
  })

  it('would be found out with a quarter of the noise', () => {
    const { loss, doubt } = lossOf(4_000_000)
    expect(loss - doubt).toBeGreaterThan(1)
  })
})

describe('regress', () => {
  /** Whole rows by rule, with the number 0.5 x - 0.25 y + 0.1 and a little more. */
  const rows = Array.from({ length: 400 }, (_, n) => {
    const [x, y] = [((n * 37) % 101) / 101, ((n * 61) % 97) / 97]
    return { features: [x, y], label: 0.5 * x - 0.25 * y + 0.1 + (((n * 13) % 7) - 3) / 100 }
  })
  const clip = 2
  const policy = policyFor({
    table: {
      features: ['x', 'y'].map((name) => ({ name, type: 'number' as const, minMicros: 0, maxMicros: 1_000_000 })),
      label: { name: 'z', minMicros: -1_000_000, maxMicros: 1_000_000 },
      ignored: [],
    },
    algorithms: [
      {
        digest: trainerDigest('dp-linear-regression'),
        runtime: 'trainer',
        parameters: { lambdaMicros: { min: 1, max: 1 } },
      },
    ],
    privacy: { mode: 'trusted-dp', epsilonMicros: 1_000_000_000, clipMicros: clip * 1e6 },
  })

  it('comes to the least squares of the rows where there is next to no noise', () => {
    const { privacy } = policy
    if (privacy.mode !== 'trusted-dp') expect.fail('expected noise')
    const [coef, intercept] = regress({
      policy,
      privacy,
      lambdaMicros: 1,
      rows: rows.length,
      output: new Uint8Array(sumsFor(rows, clip, 0).buffer),
      noise: createKeystream(new Uint8Array(32).fill(3)),
    })
    const expected = leastSquares(rows)
    for (const [at, value] of [...coef!.values, ...intercept!.values].entries())
      expect(Math.abs(value - expected[at]!)).toBeLessThan(0.02)
  })

  /** Weights of x, y and the intercept by the normal equations and Cramer's rule. */
  function leastSquares(of: readonly Row[]): number[] {
    const whole = of.map(({ features, label }) => ({ x: [...features, 1], y: label }))
    const squares = [0, 1, 2].map((i) => [0, 1, 2].map((j) => whole.reduce((sum, { x }) => sum + x[i]! * x[j]!, 0)))
    const right = [0, 1, 2].map((i) => whole.reduce((sum, { x, y }) => sum + x[i]! * y, 0))
    const determinant = ([a, b, c]: number[][]) =>
      a![0]! * (b![1]! * c![2]! - b![2]! * c![1]!) -
      a![1]! * (b![0]! * c![2]! - b![2]! * c![0]!) +
      a![2]! * (b![0]! * c![1]! - b![1]! * c![0]!)
    return [0, 1, 2].map(
      (column) =>
        determinant(squares.map((one, i) => one.map((value, j) => (j === column ? right[i]! : value)))) /
        determinant(squares),
    )
  }
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
