import { describe, expect, it } from 'vitest'
import { toWire, uintSchema } from './numbers.js'

describe('an amount on the wire', () => {
  it('comes back as it went, whatever its size', () => {
    for (const value of [0n, 1n, 2n ** 53n + 1n, 2n ** 256n - 1n])
      expect(uintSchema(256).parse(JSON.parse(toWire({ value })).value)).toBe(value)
  })

  it.each(['-1', '1.5', '01', '1e3', '0x10', '', ' 1', '1'.repeat(79)])('is not %j', (text) => {
    expect(uintSchema(256).safeParse(text).success).toBe(false)
  })

  it('is never a JavaScript number, which would have lost its last digits', () => {
    expect(uintSchema(256).safeParse(1e18).success).toBe(false)
  })

  it('stays inside of its bits', () => {
    expect(uintSchema(64).safeParse((2n ** 64n).toString()).success).toBe(false)
  })
})
