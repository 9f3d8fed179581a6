import { describe, expect, it } from 'vitest'
import { rangeOf } from './range.js'
import { RangeNotSatisfiableError } from './request-errors.js'

describe('rangeOf', () => {
  it.each([
    ['bytes=0-9', { start: 0, end: 10 }],
    ['bytes=90-', { start: 90, end: 100 }],
    ['bytes=-5', { start: 95, end: 100 }],
    ['bytes=-500', { start: 0, end: 100 }],
    ['bytes=50-500', { start: 50, end: 100 }],
    [`bytes=99-${'9'.repeat(400)}`, { start: 99, end: 100 }],
    ['Bytes=1-1', { start: 1, end: 2 }],
  ])('reads %s', (header, range) => {
    expect(rangeOf(header, 100)).toEqual(range)
  })

  it.each([undefined, '', 'bytes=', 'bytes=-', 'bytes=9-0', 'bytes=0-1,5-6', 'lines=0-1', 'bytes=a-b', 'bytes=0x1-'])(
    'gives the whole for %s',
    (header) => {
      expect(rangeOf(header, 100)).toBeUndefined()
    },
  )

  it.each(['bytes=100-', 'bytes=100-200', 'bytes=-0', `bytes=${'9'.repeat(400)}-`])('refuses %s', (header) => {
    expect(() => rangeOf(header, 100)).toThrow(RangeNotSatisfiableError)
  })
})
