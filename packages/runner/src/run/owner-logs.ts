import type { Verdict } from '@gristmill/protocol'
import type { PrivateLog } from './run.js'
import { type RunTable, sizesOf } from './tables.js'

/**
 * What each owner may see. Reason, fuel and findings of a joint run depend on the rows of all, and one of the owners may
 * be the sponsor: they would be a way out that no budget counts.
 */
export function ownerLogsOf(tables: readonly RunTable[], privateLog: PrivateLog, verdict: Verdict): PrivateLog[] {
  if (tables.length === 1) return [privateLog]
  return tables.map((table) => ({ ...sizesOf(table), reason: REASONS[verdict] }))
}

const REASONS: Readonly<Record<Verdict, string>> = {
  OK: 'done',
  ALGO_ERROR: 'the algorithm failed',
  OOM: 'the algorithm used up its memory',
  TIMEOUT: 'the algorithm used up its time',
  FUEL: 'the algorithm used up its fuel',
  CONTRACT: 'the output is not what the policy describes',
  CHECK: 'a check was not met, by all rows or by those of one owner',
  REVIEW: 'an owner rejected it',
}
