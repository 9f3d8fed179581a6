import { describe, expect, it } from 'vitest'
import { checkUtility } from './utility.js'

describe('the least that a model must be good for', () => {
  const right = (rows: number, of: number) =>
    checkUtility(
      { metric: 'holdout_accuracy', minMicros: 522_500 },
      { holdout_accuracy: rows / of, holdout_majority: 0.5 },
    )

  it('is met by as many rows as it says, which no double holds exactly', () => {
    expect((209 / 400) * 1e6).toBeLessThan(522_500)
    expect(right(209, 400)).toMatchObject({ isMet: true, found: 522_500 })
  })

  it('is not met by one row less', () => {
    expect(right(208, 400).isMet).toBe(false)
    expect(right(522_499, 1_000_000).isMet).toBe(false)
  })

  it('is met by an R² from it on, not by one below 0', () => {
    const utility = { metric: 'holdout_r2', minMicros: 300_000 } as const
    expect(checkUtility(utility, { holdout_r2: 0.3 }).isMet).toBe(true)
    expect(checkUtility(utility, { holdout_r2: 0.299999 }).isMet).toBe(false)
    expect(checkUtility({ ...utility, minMicros: 0 }, { holdout_r2: -1e30 })).toMatchObject({ isMet: false })
  })

  it('is not met by a model that nothing was measured of', () => {
    expect(checkUtility({ metric: 'holdout_accuracy', minMicros: 1 }, undefined).isMet).toBe(false)
  })
})
