import { afterEach, describe, expect, it, vi } from 'vitest'
import { RequestCounts } from './request-counts.js'

describe('RequestCounts', () => {
  afterEach(() => vi.useRealTimers())

  it('counts by key, and never too few whatever the number of keys', () => {
    const counts = new RequestCounts()
    for (let index = 0; index < 20_000; index += 1) counts.add(`other ${index}`)
    let previous = counts.add('a').requests
    expect(previous).toBeGreaterThan(0)
    for (let index = 0; index < 100; index += 1) {
      const { requests } = counts.add('a')
      expect(requests).toBe(previous + 1)
      previous = requests
    }
    expect(counts.add('never seen').requests).toBeLessThan(10)
  })

  it('begins anew with every minute, also after the clock was set back', () => {
    vi.useFakeTimers({ now: 10 ** 12 })
    const counts = new RequestCounts()
    counts.add('a')
    expect(counts.add('a')).toEqual({ requests: 2, endsAtMs: 10 ** 12 + 60_000 })
    vi.setSystemTime(10 ** 12 + 60_000)
    expect(counts.add('a').requests).toBe(1)
    vi.setSystemTime(10 ** 11)
    expect(counts.add('a')).toEqual({ requests: 1, endsAtMs: 10 ** 11 + 60_000 })
  })
})
