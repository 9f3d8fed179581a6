import { leakBits } from './leak-bits.js'
import type { Policy } from './policy.js'

/** What one run costs, whatever it ends in. */
export interface Cost {
  bits: number
  /**
   * Loss of privacy in millionths of an epsilon. Losses of all runs add up, also where a later run was chosen by what an
   * earlier one told: basic composition (Dwork, Roth, "The Algorithmic Foundations of Differential Privacy", 2014, theorem
   * 3.14 and corollary 3.15). Delta is 0 in every mode, so no tighter rule that needs one is used.
   */
  epsilonMicros: number
}

/** What one run under a policy costs; it follows from the policy alone. */
export function costOf(policy: Policy): Cost {
  const { privacy } = policy
  return { bits: leakBits(policy), epsilonMicros: privacy.mode === 'none' ? 0 : privacy.epsilonMicros }
}
