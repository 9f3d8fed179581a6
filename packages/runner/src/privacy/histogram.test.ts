import { describe, expect, it } from 'vitest'
import { countRows } from '../executors/trainer/histogram.js'
import { noisyCounts } from './histogram.js'
import { createKeystream } from './keystream.js'

describe('countRows', () => {
  it('counts every row once for every value, at the bounds too', () => {
    const features = Float64Array.of(0, 1, 0.25, 0, 0.5, 1, 1, 0)
    const labels = Float64Array.of(0, 0, 1, 1)
    const counts = countRows({ rows: 4, dimensions: 2, classes: 2, labels, features, bins: 4 })
    expect([...counts]).toEqual([1, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 1, 1, 0, 0, 1])
  })
})

describe('countRows of a number label', () => {
  it('counts by the bin of the label, its bounds too', () => {
    const features = Float64Array.of(0, 1, 0.5, 0.25)
    // Of two bins the second begins in the middle, which is 0.
    const labels = Float64Array.of(-1, 1, 0, -0.001)
    const counts = countRows({ rows: 4, dimensions: 1, classes: 0, labels, features, bins: 2 })
    expect([...counts]).toEqual([2, 0, 0, 2])
  })
})

describe('noisyCounts', () => {
  const runs = 5_000
  /**
   * How much likelier one table's counts come out in the direction of the other's: the logarithm, without what chance may
   * explain. The tables differ in one row, which is in another cell of the one column.
   */
  const lossOf = (epsilonMicros: number) => {
    const hits = [
      [10, 10],
      [9, 11],
    ].map((counts, table) => {
      let hit = 0
      for (let run = 0; run < runs; run++) {
        const seed = Uint32Array.from({ length: 8 }, () => 2 * run + table)
        const noise = createKeystream(new Uint8Array(seed.buffer))
        const [first, second] = noisyCounts({ counts, columns: 1, epsilonMicros, noise })
        if (first! >= 10n && second! <= 10n) hit++
      }
      return hit
    }) as [number, number]
    return { loss: Math.log(hits[0] / hits[1]), doubt: 4 * Math.sqrt(1 / hits[0] + 1 / hits[1]) }
  }

  it('makes no outcome of a table more than e^epsilon times as likely as with another row', () => {
    const { loss, doubt } = lossOf(1_000_000)
    expect(loss - doubt).toBeLessThanOrEqual(1)
    // It is the worst outcome there is: the noise is no wider than it must be.
    expect(loss + doubt).toBeGreaterThanOrEqual(1)
  })

  it('would be found out with half the noise', () => {
    const { loss, doubt } = lossOf(2_000_000)
    expect(loss - doubt).toBeGreaterThan(1)
  })
})
