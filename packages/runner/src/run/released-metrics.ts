import type { Metric, Policy } from '@gristmill/protocol'
import type { Measurements } from '../gate/measure.js'

/** The metrics that a policy releases, rounded to its digits, in millionths. */
export function releasedMetrics(policy: Policy, measurements: Measurements | undefined): Metric[] {
  return policy.metrics.map(({ name, digits }) => {
    // Kept from 0 to 1, whatever was measured or the process that measured was made to say: more values would be more bits.
    const measured = Math.min(1, Math.max(0, measurements?.[name] ?? 0))
    const units = Math.round(measured * 10 ** digits)
    return { name, micros: units * 10 ** (6 - digits) }
  })
}
