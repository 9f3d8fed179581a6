import { describe, expect, it } from 'vitest'
import { blame } from './suite.ts'

describe('the count of a suite', () => {
  it('is its own where tests ran and ended as they say', () => {
    expect(blame({ passed: 3, failed: 0, skipped: 1 }, 0)).toEqual({ passed: 3, failed: 0, skipped: 1 })
    expect(blame({ passed: 3, failed: 2, skipped: 0 }, 1)).toEqual({ passed: 3, failed: 2, skipped: 0 })
  })

  it('has a failure where the runner failed and named none', () => {
    expect(blame({ passed: 3, failed: 0, skipped: 0 }, 1).failed).toBe(1)
  })

  it('has a failure where no test ran, whatever the runner says', () => {
    expect(blame({ passed: 0, failed: 0, skipped: 0 }, 0).failed).toBe(1)
    expect(blame({ passed: 0, failed: 0, skipped: 9 }, 0).failed).toBe(1)
  })
})
