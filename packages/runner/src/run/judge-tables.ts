import type { Policy } from '@gristmill/protocol'
import { gate } from '../gate/gate.js'
import type { Judgement } from '../gate/judge.js'
import type { RunTable } from './tables.js'

/** What all tables of a run have to let out. */
export interface JointCase {
  policy: Policy
  rawOutput: Uint8Array
  /** One for each owner. */
  tables: readonly RunTable[]
  whole: RunTable
}

/**
 * Judges an output by all rows and, if they have several owners, by each owner's rows alone: otherwise rows that a sponsor
 * adds could stand for those that a check is to protect. It leaves only if every judgement lets the very same values leave.
 */
export async function judgeTables({ policy, rawOutput, tables, whole }: JointCase, timeoutMs?: number) {
  if (tables.length === 1) return gate({ policy, rawOutput, ...whole }, timeoutMs)
  // No row lies open in a model for all that does not for one.
  const { scan: _, ...checks } = policy.checks
  const judged = await gate({ policy: { ...policy, checks }, rawOutput, ...whole }, timeoutMs)
  if (judged.verdict !== 'OK') return judged
  for (const [index, table] of tables.entries()) {
    const own = await gate({ policy, rawOutput, ...table, isPart: true }, timeoutMs)
    const reason = `table ${index + 1} alone: ${own.reason}`
    if (own.verdict !== 'OK') return { ...own, reason }
    if (!isSame(own, judged))
      return { verdict: 'CHECK' as const, reason: 'gate: two values of one model', findings: [] }
  }
  return judged
}

function isSame({ values: a }: Judgement, { values: b }: Judgement): boolean {
  return a !== undefined && b !== undefined && Buffer.compare(a, b) === 0
}
