import type { Checks } from '@gristmill/protocol'
import type { Finding } from './finding.js'
import type { Measurements } from './measure.js'

/** Is the model of use, by the metric that the policy names? */
export function checkUtility(utility: NonNullable<Checks['utility']>, measurements: Measurements | undefined): Finding {
  // Rounded far below one row of a holdout: as a double 209 of 400 are 522,499.99… millionths, and they meet 522,500.
  const found = Number(((measurements?.[utility.metric] ?? 0) * 1e6).toFixed(3))
  return {
    check: 'utility',
    isMet: found >= utility.minMicros,
    quantity: `${utility.metric} in millionths, at least`,
    found,
    limit: utility.minMicros,
  }
}
