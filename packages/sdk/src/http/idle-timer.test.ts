import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { startIdleTimer } from './idle-timer.js'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

describe('an idle timer', () => {
  it('aborts after the time without an event, not before', () => {
    const { signal } = startIdleTimer(1_000)
    vi.advanceTimersByTime(999)
    expect(signal.aborted).toBe(false)
    vi.advanceTimersByTime(1)
    expect(signal.aborted).toBe(true)
  })

  it('counts from the last event', () => {
    const timer = startIdleTimer(1_000)
    for (let event = 0; event < 5; event++) {
      vi.advanceTimersByTime(900)
      timer.restart()
    }
    vi.advanceTimersByTime(999)
    expect(timer.signal.aborted).toBe(false)
    vi.advanceTimersByTime(1)
    expect(timer.signal.aborted).toBe(true)
  })

  it('does not count while it is paused, and counts again after', () => {
    const timer = startIdleTimer(1_000)
    timer.pause()
    vi.advanceTimersByTime(60_000)
    expect(timer.signal.aborted).toBe(false)
    timer.restart()
    vi.advanceTimersByTime(1_000)
    expect(timer.signal.aborted).toBe(true)
  })

  it('leaves no timer behind when it is stopped', () => {
    const timer = startIdleTimer(1_000)
    timer.stop()
    expect(vi.getTimerCount()).toBe(0)
  })
})
