import type { Contradiction } from './contradiction.js'
import { costOf } from './cost.js'
import type { Policy } from './policy.js'

/** What keeps the budgets of a policy from paying for a run, or from meaning anything. */
export function budgetContradictions(policy: Policy): Contradiction[] {
  const { budget, privacy } = policy
  const { bits, epsilonMicros } = costOf(policy)
  const found: Contradiction[] = []
  const atLeast = (field: keyof typeof budget, least: number, what: string) => {
    const is = budget[field]
    if (is !== undefined && is < least) {
      found.push({
        rule: 'BUDGET',
        path: ['budget', field],
        message: `budget.${field} is ${is}, but ${what} ${least}`,
      })
    }
  }
  atLeast('bits', bits, 'one run is charged')
  atLeast('bitsPerSponsor', bits, 'one run is charged')
  atLeast('bits', budget.bitsPerSponsor, 'one sponsor may use')
  if (privacy.mode === 'none') {
    for (const field of ['epsilonMicros', 'epsilonMicrosPerSponsor'] as const) {
      if (budget[field] === undefined) continue
      const message = 'without a privacy mode no epsilon is spent; take it out, it would promise what nothing keeps'
      found.push({ rule: 'EPSILON', path: ['budget', field], message })
    }
    return found
  }
  if (budget.epsilonMicros === undefined) {
    const message = `the privacy mode ${privacy.mode} needs a budget in epsilon`
    found.push({ rule: 'EPSILON', path: ['budget', 'epsilonMicros'], message })
  }
  atLeast('epsilonMicros', epsilonMicros, 'one run is charged')
  atLeast('epsilonMicrosPerSponsor', epsilonMicros, 'one run is charged')
  atLeast('epsilonMicros', budget.epsilonMicrosPerSponsor ?? 0, 'one sponsor may use')
  return found
}
