import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bfloat16Bits, fromBfloat16Bits, toBfloat16 } from './bfloat16.js'

/** Every finite non-negative bfloat16, ascending: the bits of a float32 whose low half is zero, read by Buffer. */
const grid = Array.from({ length: 0x7f80 }, (_, bits) => Buffer.from([bits >> 8, bits & 0xff, 0, 0]).readFloatBE())

/** Nearest grid point by search; of two equally near the one with even bits. */
function nearest(value: number): number {
  const magnitude = Math.abs(value)
  let low = 0
  let high = grid.length - 1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (grid[middle]! <= magnitude) low = middle
    else high = middle
  }
  const below = magnitude - grid[low]!
  const above = grid[high]! - magnitude
  const index = below < above || (below === above && low % 2 === 0) ? low : high
  return value < 0 ? -grid[index]! || 0 : grid[index]!
}

describe('toBfloat16', () => {
  it('keeps every value of the grid, and its bits', () => {
    for (const [bits, value] of grid.entries()) {
      if (toBfloat16(value) !== value || bfloat16Bits(value) !== bits || fromBfloat16Bits(bits) !== value) {
        expect.fail(`bits ${bits} do not survive`)
      }
    }
  })

  it('rounds as a search over the whole grid does', () => {
    const inRange = fc.double({ min: -3e38, max: 3e38, noNaN: true })
    const likely = fc.double({ min: -64, max: 64, noNaN: true })
    fc.assert(
      fc.property(fc.oneof(inRange, likely), (value) => toBfloat16(value) === nearest(value)),
      { numRuns: 5000 },
    )
  })

  it('rounds the middle of two neighbours to the even one', () => {
    for (let bits = 0; bits < 0x7f7f; bits += 7) {
      const middle = (grid[bits]! + grid[bits + 1]!) / 2
      expect(toBfloat16(middle)).toBe(grid[bits % 2 === 0 ? bits : bits + 1])
    }
  })

  it('rounds once: a double just above a middle does not fall back through float32', () => {
    const middle = 1 + 2 ** -8
    expect(toBfloat16(middle)).toBe(1)
    expect(toBfloat16(middle + 2 ** -40)).toBe(1 + 2 ** -7)
    expect(toBfloat16(Math.fround(middle + 2 ** -40))).toBe(1)
  })

  it('has no negative zero and overflows to infinity', () => {
    expect(Object.is(toBfloat16(-0), 0)).toBe(true)
    expect(Object.is(toBfloat16(-1e-60), 0)).toBe(true)
    expect(toBfloat16(3.4e38)).toBe(Number.POSITIVE_INFINITY)
    expect(toBfloat16(Number.NaN)).toBeNaN()
  })
})
