import { ProtocolError } from '../error.js'
import type { Policy } from './policy.js'

/** A run would tell more than the owner agreed to in all runs together. */
export class BudgetExceededError extends ProtocolError {
  readonly code = 'BUDGET_EXCEEDED'

  constructor(scope: 'listing' | 'sponsor', bits: number, leftBits: number) {
    super(
      `a run tells up to ${bits} bits, but the ${scope}'s budget has ${leftBits} left; ` +
        'order another listing or ask the maker for a new version with a new budget',
      { details: { scope, bits, leftBits } },
    )
  }
}

/**
 * An order was charged with another amount before.
 *
 * @remedy Charge what `leakBits` says of the policy of the order: a charge follows from it alone.
 */
export class ChargeMismatchError extends ProtocolError {
  readonly code = 'CHARGE_MISMATCH'

  constructor(chargedBits: number, bits: number) {
    super(
      `the order was charged ${chargedBits} bits before, not ${bits}; a run's charge follows from its policy alone`,
      {
        details: { chargedBits, bits },
      },
    )
  }
}

/** What the append-only ledger of a listing holds so far. */
export interface Spent {
  /** By all orders. */
  bits: number
  /** By all orders of this sponsor. */
  sponsorBits: number
  /** By this very order, if it was charged before. */
  orderBits?: number | undefined
}

/** What a run costs its listing, and what is left of the budgets, in bits. */
export interface Charge {
  /** To append to the ledger under the order's id; 0: nothing, the order is charged already. */
  bits: number
  leftBits: number
  sponsorLeftBits: number
}

/**
 * What to append to a listing's ledger before a run starts. A charge stays whatever the run ends in: a failure tells
 * something too. Charging an order again appends nothing.
 */
export function chargeBudget(budget: Policy['budget'], spent: Spent, bits: number): Charge {
  const leftBits = budget.bits - spent.bits
  const sponsorLeftBits = budget.bitsPerSponsor - spent.sponsorBits
  if (spent.orderBits !== undefined) {
    if (spent.orderBits !== bits) throw new ChargeMismatchError(spent.orderBits, bits)
    return { bits: 0, leftBits, sponsorLeftBits }
  }
  if (bits > leftBits) throw new BudgetExceededError('listing', bits, leftBits)
  if (bits > sponsorLeftBits) throw new BudgetExceededError('sponsor', bits, sponsorLeftBits)
  return { bits, leftBits: leftBits - bits, sponsorLeftBits: sponsorLeftBits - bits }
}
