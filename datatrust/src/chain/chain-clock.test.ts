import { beforeEach, describe, expect, it } from 'vitest'
import { ChainClock } from './chain-clock.js'

describe('the clock of a chain', () => {
  let now: number
  let clock: ChainClock
  beforeEach(() => {
    now = 1_000
    clock = new ChainClock(() => now)
  })

  it('is ours, set forward where the chain is ahead', () => {
    expect(clock.time()).toBe(1_000)
    clock.see(990)
    expect(clock.time()).toBe(1_000)
    clock.see(5_000)
    now += 3
    expect(clock.time()).toBe(5_003)
  })

  it('does not go back where the chain was ahead by a block only', () => {
    clock.see(1_012)
    now += 2
    expect(clock.time()).toBe(1_014)
    clock.see(1_012)
    expect(clock.time()).toBe(1_014)
    now += 13
    expect(clock.time()).toBe(1_025)
  })

  it('follows a chain that was taken back', () => {
    clock.see(90_000)
    expect(clock.time()).toBe(90_000)
    clock.see(1_000)
    expect(clock.time()).toBe(1_000)
  })
})
