import { ProtocolError } from '../error.js'
import type { Cost } from './cost.js'
import type { Budget } from './privacy.js'

/** What a budget is counted in. */
type BudgetUnit = keyof Cost

/** A run would tell more than the owner agreed to in all runs together. */
export class BudgetExceededError extends ProtocolError {
  readonly code = 'BUDGET_EXCEEDED'

  constructor(scope: 'listing' | 'sponsor', unit: BudgetUnit, cost: number, left: number) {
    const amounts = unit === 'bits' ? [`${cost} bits`, left] : [`${cost / 1e6} epsilon`, left / 1e6]
    super(
      `a run tells up to ${amounts[0]}, but the ${scope}'s budget has ${amounts[1]} left; ` +
        'order another listing or ask the maker for a new version with a new budget',
      { details: { scope, unit, cost, left } },
    )
  }
}

/**
 * An order was charged with another amount before.
 *
 * @remedy Charge what `costOf` says of the policy of the order: a charge follows from it alone.
 */
export class ChargeMismatchError extends ProtocolError {
  readonly code = 'CHARGE_MISMATCH'

  constructor(unit: BudgetUnit, charged: number, cost: number) {
    super(
      `the order was charged ${charged} ${unit} before, not ${cost}; a run's charge follows from its policy alone`,
      {
        details: { unit, charged, cost },
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
  /** By all orders, in millionths of an epsilon. */
  epsilonMicros: number
  /** By all orders of this sponsor. */
  sponsorEpsilonMicros: number
  /** By this very order, if it was charged before. */
  order?: Cost | undefined
}

/** What a run costs its listing, and what is left of the budgets. */
export interface Charge extends Cost {
  leftBits: number
  sponsorLeftBits: number
  leftEpsilonMicros: number
  sponsorLeftEpsilonMicros: number
}

/**
 * What to append to a listing's ledger before a run starts, bits and epsilon in one entry under the order's id. A charge
 * stays whatever the run ends in: a failure tells something too. Charging an order again appends nothing: both are 0.
 */
export function chargeBudget(budget: Budget, spent: Spent, cost: Cost): Charge {
  const epsilonMicros = budget.epsilonMicros ?? 0
  const left: Charge = {
    bits: 0,
    epsilonMicros: 0,
    leftBits: budget.bits - spent.bits,
    sponsorLeftBits: budget.bitsPerSponsor - spent.sponsorBits,
    leftEpsilonMicros: epsilonMicros - spent.epsilonMicros,
    sponsorLeftEpsilonMicros: (budget.epsilonMicrosPerSponsor ?? epsilonMicros) - spent.sponsorEpsilonMicros,
  }
  if (spent.order !== undefined) {
    for (const unit of ['bits', 'epsilonMicros'] as const) {
      if (spent.order[unit] !== cost[unit]) throw new ChargeMismatchError(unit, spent.order[unit], cost[unit])
    }
    return left
  }
  requireLeft('listing', 'bits', cost.bits, left.leftBits)
  requireLeft('sponsor', 'bits', cost.bits, left.sponsorLeftBits)
  // What costs nothing needs no budget: another listing of the same data may have overdrawn this one's.
  if (cost.epsilonMicros > 0) {
    requireLeft('listing', 'epsilonMicros', cost.epsilonMicros, left.leftEpsilonMicros)
    requireLeft('sponsor', 'epsilonMicros', cost.epsilonMicros, left.sponsorLeftEpsilonMicros)
  }
  return {
    bits: cost.bits,
    epsilonMicros: cost.epsilonMicros,
    leftBits: left.leftBits - cost.bits,
    sponsorLeftBits: left.sponsorLeftBits - cost.bits,
    leftEpsilonMicros: left.leftEpsilonMicros - cost.epsilonMicros,
    sponsorLeftEpsilonMicros: left.sponsorLeftEpsilonMicros - cost.epsilonMicros,
  }
}

function requireLeft(scope: 'listing' | 'sponsor', unit: BudgetUnit, cost: number, left: number): void {
  if (cost > left) throw new BudgetExceededError(scope, unit, cost, left)
}
