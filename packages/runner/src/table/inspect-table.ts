import {
  leakBits,
  MEMBERSHIP_HOLDOUT_ROWS_MIN,
  type Policy,
  parametersIn,
  rowsAtMost,
  type TableSize,
} from '@gristmill/protocol'
import { holdoutRows } from '../run/split.js'
import { measureCompressed } from './compressed-size.js'
import { AirlockRequiredError, HoldoutTooSmallError, TooFewRowsError } from './errors.js'
import { limitsUnder, type TableLimits } from './limits.js'
import type { ByteSource } from './read-csv.js'
import { readTable } from './read-table.js'

/** What `inspectTable` takes. */
export interface InspectTableParams {
  source: ByteSource
  policy: Policy
  /** Most memory for the encoded features; take the executor's memory limit. */
  encodedBytesMax: number
  limits?: TableLimits
}

/** Epsilon of one run above which noise stands for no review: one row may make a result 22,000 times as likely. */
const UNREVIEWED_EPSILON_MICROS_MAX = 10_000_000

/** True if noise bounds what a model tells of a row better than its bits do, or none of the sponsor's code can choose them. */
function isNoisy({ privacy }: Policy): boolean {
  if (privacy.mode === 'none') return false
  return privacy.mode === 'trusted-dp' || privacy.epsilonMicros <= UNREVIEWED_EPSILON_MICROS_MAX
}

/**
 * Checks, before a listing is attested, that runs under its policy can succeed: every row fits the schema, enough rows
 * are left to train on and to test membership with, and somebody reviews
 * what could carry more than one row without noise. Returns what `rowsAtMost` needs.
 */
export async function inspectTable({
  source,
  policy,
  encodedBytesMax,
  limits,
}: InspectTableParams): Promise<TableSize> {
  const measured = measureCompressed(source)
  try {
    const { rows } = await readTable({
      source: measured.source,
      table: policy.table,
      encodedBytesMax,
      limits: limitsUnder(policy, limits),
    })
    const size = { rows, compressedBytes: await measured.compressedBytes() }
    const heldRows = holdoutRows(rows, policy.checks.holdoutBps)
    const trainRows = rows - heldRows
    const requiredRows = Math.max(
      parametersIn(policy.artifact) * policy.checks.dof.minRowsPerParam,
      policy.privacy.mode === 'sample-aggregate' ? policy.privacy.blocks : 0,
    )
    if (trainRows < requiredRows) throw new TooFewRowsError(trainRows, requiredRows)
    if (policy.checks.membership !== undefined && heldRows < MEMBERSHIP_HOLDOUT_ROWS_MIN) {
      throw new HoldoutTooSmallError(heldRows, MEMBERSHIP_HOLDOUT_ROWS_MIN)
    }
    const bits = leakBits(policy)
    const leakedRows = rowsAtMost(bits, size)
    if (policy.release.airlock === 'auto' && leakedRows > 1 && !isNoisy(policy))
      throw new AirlockRequiredError(bits, leakedRows)
    return size
  } finally {
    measured.close()
  }
}
