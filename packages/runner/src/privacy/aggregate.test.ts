import type { Tensor } from '@gristmill/protocol'
import { describe, expect, it } from 'vitest'
import { toBfloat16 } from '../model/bfloat16.js'
import { aggregate } from './aggregate.js'
import { splitBlocks } from './blocks.js'
import { createKeystream } from './keystream.js'

const tensors: Tensor[] = [{ name: 'mean', shape: [1], release: 'bf16', range: [-1, 1] }]
const bytesOf = (...values: number[]) => new Uint8Array(Float64Array.from(values).buffer)
const noiseOf = (run: number) => createKeystream(new Uint8Array(Uint32Array.from({ length: 8 }, () => run).buffer))
const privacyOf = (epsilonMicros: number) =>
  ({ mode: 'sample-aggregate', epsilonMicros, clipMicros: 1_000_000, blocks: 8 }) as const
/** So large that no noise is left; no policy may have it. */
const NO_NOISE = 1e15

const meanOf = (outputs: readonly (Uint8Array | undefined)[], epsilonMicros: number, run = 1) =>
  aggregate({ tensors, outputs, privacy: privacyOf(epsilonMicros), noise: noiseOf(run) })[0]!.values[0]!

describe('aggregate', () => {
  it('is the plain average where epsilon is so large that no noise is left', () => {
    const values = [0.5, -0.25, 0.125, 1, -1, 0.75, 0, 0.3]
    const average = values.reduce((sum, value) => sum + value, 0) / values.length
    expect(
      meanOf(
        values.map((value) => bytesOf(value)),
        NO_NOISE,
      ),
    ).toBe(toBfloat16(average))
  })

  it('clips every answer, and counts what is none as zero', () => {
    const outputs = [bytesOf(1e300), bytesOf(Number.NEGATIVE_INFINITY), bytesOf(Number.NaN), undefined, bytesOf(1)]
    expect(meanOf(outputs, NO_NOISE)).toBe(toBfloat16(1 / 5))
  })

  it('stays on the grid and within the range, whatever the noise', () => {
    for (let run = 0; run < 500; run++) {
      const value = meanOf([bytesOf(1), bytesOf(1)], 1, run)
      expect(Math.abs(value)).toBeLessThanOrEqual(1)
      expect(toBfloat16(value)).toBe(value)
    }
  })

  it('draws noise as wide as the clipped range times the values over epsilon and the blocks', () => {
    const outputs = Array.from({ length: 400 }, () => bytesOf(0, 0))
    const two: Tensor[] = [{ ...tensors[0]!, shape: [2] }]
    let sum = 0
    const runs = 4000
    for (let run = 0; run < runs; run++) {
      const [{ values } = { values: new Float64Array() }] = aggregate({
        tensors: two,
        outputs,
        privacy: privacyOf(1_000_000),
        noise: noiseOf(run),
      })
      sum += Math.abs(values[0]!) + Math.abs(values[1]!)
    }
    // Of Laplace noise the mean magnitude is its scale, 2 * 2 / (1 * 400), with a standard error of 1 % of it.
    expect(sum / (2 * runs) / 0.01).toBeGreaterThan(0.95)
    expect(sum / (2 * runs) / 0.01).toBeLessThan(1.05)
  })

  describe('on two tables that differ in one row', () => {
    const rows = 16
    const blocks = splitBlocks(
      Uint32Array.from({ length: rows }, (_, row) => row),
      8,
      new Uint8Array(32),
    )
    /** A toy algorithm: the mean of a column, in every block. */
    const answers = (column: readonly number[]) =>
      blocks.map((block) => bytesOf(block.reduce((sum, row) => sum + column[row]!, 0) / block.length))
    const one = Array.from({ length: rows }, (_, row) => (row % 2 ? 0.5 : -0.5))
    const other = one.map((value, row) => (row === 3 ? -1 : value))
    /** Worse: an algorithm that looks for the row and shouts. */
    const shouting = (column: readonly number[]) =>
      blocks.map((block) => bytesOf(block.some((row) => column[row] === -1) ? 1 : -1))

    const runs = 5_000
    /** The largest factor between how often values fall into the same tenth, beyond what chance explains. */
    const lossOf = (answersOf: typeof answers, epsilonMicros: number) => {
      const countsOf = (column: readonly number[], seed: number) => {
        const outputs = answersOf(column)
        const counts = new Float64Array(21)
        for (let run = 0; run < runs; run++) {
          counts[Math.round(10 * meanOf(outputs, epsilonMicros, seed + run)) + 10]!++
        }
        return counts
      }
      const [a, b] = [countsOf(one, 0), countsOf(other, runs)]
      return Math.max(
        ...a.keys().flatMap((index) => {
          const [x, y] = [a[index]!, b[index]!]
          const doubt = 4 * Math.sqrt(1 / (x + 1) + 1 / (y + 1))
          return [Math.abs(Math.log((x + 1) / (y + 1))) - doubt]
        }),
      )
    }

    it.each([
      ['a mean', answers],
      ['an algorithm that looks for the row', shouting],
    ])('gives every result about as often, within e^epsilon: %s', (_name, answersOf) => {
      expect(lossOf(answersOf, 1_000_000)).toBeLessThanOrEqual(1)
    })

    it('would not without noise, nor with a tenth of it: so the test finds out what is not private', () => {
      expect(lossOf(shouting, NO_NOISE)).toBeGreaterThan(1)
      expect(lossOf(shouting, 10_000_000)).toBeGreaterThan(1)
    })
  })
})

describe('splitBlocks', () => {
  it('puts every row into one block, of almost equal size, by a key', () => {
    const rows = Uint32Array.from({ length: 103 }, (_, row) => 3 * row)
    const blocks = splitBlocks(rows, 10, new Uint8Array(32))
    expect(blocks.map((block) => block.length).toSorted()).toEqual([10, 10, 10, 10, 10, 10, 10, 11, 11, 11])
    expect(blocks.flatMap((block) => [...block]).toSorted((a, b) => a - b)).toEqual([...rows])
    expect(splitBlocks(rows, 10, new Uint8Array(32))).toEqual(blocks)
    expect(splitBlocks(rows, 10, new Uint8Array(32).fill(1))).not.toEqual(blocks)
  })
})
