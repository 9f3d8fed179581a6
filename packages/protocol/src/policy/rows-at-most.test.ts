import { describe, expect, it } from 'vitest'
import { leakStatement, rowsAtMost, UnmeasuredTableError } from './rows-at-most.js'

describe('rowsAtMost', () => {
  const size = { rows: 1000, compressedBytes: 2500 } // 20 bits per row

  it.each([
    [1, 1],
    [20, 1],
    [21, 2],
    [491, 25],
    [20_000, 1000],
    [10 ** 12, 1000],
  ])('rounds %i bits up to %i rows', (bits, rows) => {
    expect(rowsAtMost(bits, size)).toBe(rows)
  })

  it('refuses to say anything about data that nobody measured', () => {
    expect(() => rowsAtMost(1, { rows: 0, compressedBytes: 10 })).toThrow(UnmeasuredTableError)
    expect(() => rowsAtMost(1, { rows: 10, compressedBytes: 0 })).toThrow(UnmeasuredTableError)
  })

  it('is put in words that promise no more', () => {
    expect(leakStatement(491, size)).toMatch(/^at most 25 of 1000 rows could leave/)
  })
})
