import { leakBits, type Policy, parametersIn, rowsAtMost, type TableSize } from '@gristmill/protocol'
import { holdoutRows } from '../run/split.js'
import { measureCompressed } from './compressed-size.js'
import { AirlockRequiredError, TooFewRowsError } from './errors.js'
import type { TableLimits } from './limits.js'
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

/**
 * Checks, before a listing is attested, that runs under its policy can succeed: every row fits the schema, enough rows
 * are left to train on, and somebody reviews what could carry more than one row. Returns what `rowsAtMost` needs.
 */
export async function inspectTable({ source, policy, ...rest }: InspectTableParams): Promise<TableSize> {
  const measured = measureCompressed(source)
  try {
    const { rows } = await readTable({ source: measured.source, table: policy.table, ...rest })
    const size = { rows, compressedBytes: await measured.compressedBytes() }
    const trainRows = rows - holdoutRows(rows, policy.checks.holdoutBps)
    const requiredRows = parametersIn(policy.artifact) * policy.checks.dof.minRowsPerParam
    if (trainRows < requiredRows) throw new TooFewRowsError(trainRows, requiredRows)
    const bits = leakBits(policy)
    const leakedRows = rowsAtMost(bits, size)
    if (policy.release.airlock === 'auto' && leakedRows > 1) throw new AirlockRequiredError(bits, leakedRows)
    return size
  } finally {
    measured.close()
  }
}
