import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BudgetExceededError, ChargeMismatchError, chargeBudget, type Spent } from './charge-budget.js'
import type { Cost } from './cost.js'

const budget = { bits: 1000, bitsPerSponsor: 400, epsilonMicros: 90, epsilonMicrosPerSponsor: 50 }
const spent = (changes: Partial<Spent> = {}): Spent => ({
  bits: 0,
  sponsorBits: 0,
  epsilonMicros: 0,
  sponsorEpsilonMicros: 0,
  ...changes,
})
const bits = (amount: number): Cost => ({ bits: amount, epsilonMicros: 0 })

describe('chargeBudget', () => {
  it('charges up to the last bit, and not one more', () => {
    expect(chargeBudget(budget, spent({ bits: 900 }), bits(100))).toMatchObject({
      bits: 100,
      leftBits: 0,
      sponsorLeftBits: 300,
    })
    expect(() => chargeBudget(budget, spent({ bits: 901 }), bits(100))).toThrow(BudgetExceededError)
  })

  it('charges up to the last millionth of epsilon, and not one more', () => {
    const cost = { bits: 1, epsilonMicros: 40 }
    expect(chargeBudget(budget, spent({ epsilonMicros: 50 }), cost)).toMatchObject({
      epsilonMicros: 40,
      leftEpsilonMicros: 0,
      sponsorLeftEpsilonMicros: 10,
    })
    expect(() => chargeBudget(budget, spent({ epsilonMicros: 51 }), cost)).toThrow(
      expect.objectContaining({ details: { scope: 'listing', unit: 'epsilonMicros', cost: 40, left: 39 } }),
    )
    expect(() => chargeBudget(budget, spent({ sponsorEpsilonMicros: 11 }), cost)).toThrow(
      expect.objectContaining({ details: { scope: 'sponsor', unit: 'epsilonMicros', cost: 40, left: 39 } }),
    )
  })

  it('has no epsilon to spend where the policy grants none', () => {
    const plain = { bits: 1000, bitsPerSponsor: 400 }
    expect(() => chargeBudget(plain, spent(), { bits: 1, epsilonMicros: 1 })).toThrow(BudgetExceededError)
    expect(chargeBudget(plain, spent({ epsilonMicros: 7 }), bits(1)).bits).toBe(1)
  })

  it('lets one sponsor use all the epsilon unless told otherwise', () => {
    const { epsilonMicrosPerSponsor: _limit, ...open } = budget
    const cost = { bits: 1, epsilonMicros: 90 }
    expect(chargeBudget(open, spent(), cost).sponsorLeftEpsilonMicros).toBe(0)
    expect(() => chargeBudget(budget, spent(), cost)).toThrow(BudgetExceededError)
  })

  it('stops one sponsor while the listing has bits left', () => {
    const charge = () => chargeBudget(budget, spent({ bits: 350, sponsorBits: 350 }), bits(100))
    expect(charge).toThrow(
      expect.objectContaining({ details: { scope: 'sponsor', unit: 'bits', cost: 100, left: 50 } }),
    )
    expect(chargeBudget(budget, spent({ bits: 350 }), bits(100)).bits).toBe(100)
  })

  it('charges an order once, also when nothing is left', () => {
    const cost = { bits: 100, epsilonMicros: 10 }
    const known = spent({ bits: 1000, sponsorBits: 400, epsilonMicros: 90, sponsorEpsilonMicros: 50, order: cost })
    expect(chargeBudget(budget, known, cost)).toMatchObject({ bits: 0, epsilonMicros: 0, leftBits: 0 })
    expect(() => chargeBudget(budget, known, { ...cost, bits: 99 })).toThrow(ChargeMismatchError)
    expect(() => chargeBudget(budget, known, { ...cost, epsilonMicros: 11 })).toThrow(ChargeMismatchError)
  })

  it('is never overspent in any order of charges, and charging again changes nothing', () => {
    const orders = fc.array(
      fc.record({
        sponsor: fc.integer({ min: 0, max: 2 }),
        bits: fc.integer({ min: 1, max: 300 }),
        epsilonMicros: fc.integer({ min: 0, max: 30 }),
      }),
      { minLength: 1, maxLength: 12 },
    )
    const cases = orders.chain((given) =>
      fc.tuple(fc.constant(given), fc.array(fc.nat(given.length - 1), { maxLength: 40 })),
    )
    fc.assert(
      fc.property(cases, ([given, attempts]) => {
        const ledger = new Map<number, (typeof given)[number]>()
        const sum = (unit: keyof Cost, sponsor?: number) =>
          [...ledger.values()]
            .filter((entry) => sponsor === undefined || entry.sponsor === sponsor)
            .reduce((total, entry) => total + entry[unit], 0)
        for (const id of attempts) {
          const order = given[id]!
          const before = [...ledger.keys()]
          const known = ledger.has(id)
          try {
            const charge = chargeBudget(
              budget,
              {
                bits: sum('bits'),
                sponsorBits: sum('bits', order.sponsor),
                epsilonMicros: sum('epsilonMicros'),
                sponsorEpsilonMicros: sum('epsilonMicros', order.sponsor),
                order: ledger.get(id),
              },
              order,
            )
            expect(charge.bits > 0).toBe(!known)
            if (charge.bits > 0) ledger.set(id, { ...order, bits: charge.bits, epsilonMicros: charge.epsilonMicros })
            expect(charge.leftBits).toBe(budget.bits - sum('bits'))
            expect(charge.sponsorLeftEpsilonMicros).toBe(
              budget.epsilonMicrosPerSponsor - sum('epsilonMicros', order.sponsor),
            )
          } catch (error) {
            if (!(error instanceof BudgetExceededError)) throw error
            expect(known).toBe(false)
          }
          if (known) expect([...ledger.keys()]).toEqual(before)
          expect(sum('bits')).toBeLessThanOrEqual(budget.bits)
          expect(sum('epsilonMicros')).toBeLessThanOrEqual(budget.epsilonMicros)
          for (const sponsor of [0, 1, 2]) {
            expect(sum('bits', sponsor)).toBeLessThanOrEqual(budget.bitsPerSponsor)
            expect(sum('epsilonMicros', sponsor)).toBeLessThanOrEqual(budget.epsilonMicrosPerSponsor)
          }
        }
      }),
      { numRuns: 300 },
    )
  })
})
