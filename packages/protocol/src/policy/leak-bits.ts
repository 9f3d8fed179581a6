import { DAY } from '../units.js'
import { bitsIn } from './layout.js'
import type { Policy } from './policy.js'

/** Longest time between placing an order and its fulfilment that Orders admits. */
const FULFIL_SECONDS_MAX = 7 * DAY

/** Bits that name one of `choices`, rounded up. */
const bitsFor = (choices: bigint) => (choices <= 1n ? 0 : (choices - 1n).toString(2).length)

/**
 * Most bits that one run can tell its sponsor, whatever the algorithm does:
 * the bits of every released value + log2 of everything else that can differ: (10^digits + 1) values of each metric, the failure
 * classes, and the release slots in the longest time an order may take. Exact up to the last rounding, which is upward.
 */
export function leakBits(policy: Policy): number {
  const { artifact, metrics, failureClasses, release } = policy
  const slots = BigInt(Math.ceil(FULFIL_SECONDS_MAX / release.slotSeconds))
  const metricValues = metrics.reduce((product, { digits }) => product * (10n ** BigInt(digits) + 1n), 1n)
  return bitsIn(artifact) + bitsFor(metricValues * BigInt(failureClasses.length) * slots)
}
