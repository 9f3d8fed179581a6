import { leakBits } from './leak-bits.js'
import type { Policy } from './policy.js'

/** What one run costs, whatever it ends in. */
export interface Cost {
  bits: number
  /** Loss of privacy in millionths of an epsilon; losses add up (basic composition: Dwork et al., 2006). */
  epsilonMicros: number
}

/** What one run under a policy costs; it follows from the policy alone. */
export function costOf(policy: Policy): Cost {
  const { privacy } = policy
  return { bits: leakBits(policy), epsilonMicros: privacy.mode === 'none' ? 0 : privacy.epsilonMicros }
}
