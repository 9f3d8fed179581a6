import { describe, expect, it } from 'vitest'
import { BudgetExceededError, ChargeMismatchError, chargeBudget } from './charge-budget.js'

const budget = { bits: 1000, bitsPerSponsor: 400 }

describe('chargeBudget', () => {
  it('charges up to the last bit, and not one more', () => {
    expect(chargeBudget(budget, { bits: 900, sponsorBits: 0 }, 100)).toEqual({
      bits: 100,
      leftBits: 0,
      sponsorLeftBits: 300,
    })
    expect(() => chargeBudget(budget, { bits: 901, sponsorBits: 0 }, 100)).toThrow(BudgetExceededError)
  })

  it('stops one sponsor while the listing has bits left', () => {
    const charge = () => chargeBudget(budget, { bits: 350, sponsorBits: 350 }, 100)
    expect(charge).toThrow(expect.objectContaining({ details: { scope: 'sponsor', bits: 100, leftBits: 50 } }))
    expect(chargeBudget(budget, { bits: 350, sponsorBits: 0 }, 100).bits).toBe(100)
  })

  it('charges an order once, also when nothing is left', () => {
    const spent = { bits: 1000, sponsorBits: 400, orderBits: 100 }
    expect(chargeBudget(budget, spent, 100)).toEqual({ bits: 0, leftBits: 0, sponsorLeftBits: 0 })
    expect(() => chargeBudget(budget, spent, 99)).toThrow(ChargeMismatchError)
  })
})
