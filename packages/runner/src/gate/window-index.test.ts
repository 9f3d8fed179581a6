import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createWindowIndex } from './window-index.js'

const text = fc.uint8Array({ max: 3, maxLength: 200 })

describe('createWindowIndex', () => {
  it('finds exactly the windows that were taken in', () => {
    fc.assert(
      fc.property(
        fc.array(text, { maxLength: 3 }),
        text,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 3 }),
        (taken, searched, size, stride) => {
          const index = createWindowIndex(size)
          const windows = new Set<string>()
          for (const one of taken) {
            index.add(one, stride)
            for (let at = 0; at + size <= one.length; at += stride) windows.add(one.subarray(at, at + size).join())
          }
          let expected = 0
          for (let at = 0; at + size <= searched.length; at++) {
            if (windows.has(searched.subarray(at, at + size).join())) expected++
          }
          expect(index.countIn(searched)).toBe(expected)
        },
      ),
    )
  })

  it('takes time in proportion to what it reads, also where all of it is alike', () => {
    const alike = new Uint8Array(200_000).fill(7)
    const index = createWindowIndex(24)
    // A pass over what is taken in for each byte would be four times ten to the tenth.
    const started = performance.now()
    index.add(alike, 1)
    expect(index.countIn(alike)).toBe(alike.length - 23)
    expect(performance.now() - started).toBeLessThan(20_000)
  })
})
