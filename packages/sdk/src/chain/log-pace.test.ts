import { describe, expect, it } from 'vitest'
import { LogPace } from './log-pace.js'

/** Reads `total` blocks from a node that takes at most `cap` at once; counts what it refused. */
function read(pace: LogPace, total: number, cap: number): { asked: number; refused: number } {
  let left = total
  let asked = 0
  let refused = 0
  while (left > 0) {
    const blocks = Math.min(pace.blocks, left)
    asked += 1
    if (blocks > cap) {
      refused += 1
      pace.refused(blocks)
    } else {
      left -= blocks
      pace.succeeded(blocks)
    }
  }
  return { asked, refused }
}

describe('the pace of reading logs', () => {
  it('asks a node without limits once', () => {
    expect(read(new LogPace(), 20_000_000, Number.POSITIVE_INFINITY)).toEqual({ asked: 1, refused: 0 })
  })

  it('is found by halving and tried again ever more rarely', () => {
    const { asked, refused } = read(new LogPace(), 20_000_000, 10_000)
    expect(refused).toBeLessThan(11 + 50)
    expect(asked - refused).toBeLessThan(4_200)
  })

  it('is known when the next reading begins', () => {
    const pace = new LogPace()
    read(pace, 1_000_000, 1_000)
    expect(read(pace, 10_000, 1_000).refused).toBeLessThan(3)
  })

  it('grows again where the node takes more', () => {
    const pace = new LogPace()
    read(pace, 10_000, 10)
    expect(read(pace, 10_000_000, 1_000_000).asked).toBeLessThan(150)
  })

  it('never asks for nothing', () => {
    const pace = new LogPace()
    for (let round = 0; round < 100; round += 1) pace.refused(Math.min(pace.blocks, 1_000))
    expect(pace.blocks).toBe(1)
  })
})
