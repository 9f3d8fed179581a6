import type { Checks } from '@gristmill/protocol'
import type { Finding } from './finding.js'
import type { Measurements } from './measure.js'

/** Is the model of use, by the metric that the policy names? */
export function checkUtility(utility: NonNullable<Checks['utility']>, measurements: Measurements | undefined): Finding {
  const found = (measurements?.[utility.metric] ?? 0) * 1e6
  return {
    check: 'utility',
    isMet: found >= utility.minMicros,
    quantity: `${utility.metric} in millionths, at least`,
    found,
    limit: utility.minMicros,
  }
}
