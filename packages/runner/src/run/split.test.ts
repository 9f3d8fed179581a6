import { describe, expect, it } from 'vitest'
import { holdoutRows, splitRows } from './split.js'

const key = new Uint8Array(32).fill(1)

describe('splitRows', () => {
  it('puts every row into exactly one part', () => {
    const { train, holdout } = splitRows(1000, 2000, key)
    expect(holdout.length).toBe(200)
    expect([...train, ...holdout].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, row) => row))
    expect(train).toEqual(train.toSorted())
  })

  it('holds back the same rows for the same key and others for another', () => {
    expect(splitRows(1000, 2000, key)).toEqual(splitRows(1000, 2000, key))
    expect(splitRows(1000, 2000, new Uint8Array(32)).holdout).not.toEqual(splitRows(1000, 2000, key).holdout)
  })

  it('holds back every row about equally often', () => {
    const counts = new Uint32Array(20)
    for (let run = 0; run < 4000; run++) {
      for (const row of splitRows(20, 2500, Uint8Array.of(run & 0xff, run >> 8)).holdout) counts[row]!++
    }
    // 4000 * 0.25 = 1000 each, standard deviation 27.4: five of them.
    expect(Math.max(...counts.map((count) => Math.abs(count - 1000)))).toBeLessThan(140)
  })

  it.each([
    [0, 0],
    [1, 0],
    [2, 1],
    [3, 1],
    [10, 2],
  ])('of %i rows holds back %i: at least one, never all', (rows, held) => {
    expect(holdoutRows(rows, 2000)).toBe(held)
  })
})
