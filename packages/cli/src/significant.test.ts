import { describe, expect, it } from 'vitest'
import { significant } from './significant.js'

describe('a measured number', () => {
  it.each([
    [6, 3, '6.00'],
    [0.1, 3, '0.100'],
    [0.000123456, 3, '0.000123'],
    [59.96, 3, '60.0'],
    [1_234_567, 4, '1235000'],
    [-2.5, 3, '-2.50'],
  ])('%d has %d significant digits: %s', (value, digits, text) => {
    expect(significant(value, digits)).toBe(text)
  })
})
