import { MEMBERSHIP_HOLDOUT_ROWS_MIN, type Policy, parametersIn } from '@gristmill/protocol'
import type { Split } from './split.js'
import type { RunTable } from './tables.js'

/**
 * Why no model of the policy could pass its checks on so few rows; undefined if there are enough. Each table has to have
 * enough of its own: rows that somebody else adds protect none of its rows.
 */
export function shortageOf(policy: Policy, tables: readonly Pick<RunTable, 'split'>[]): string | undefined {
  return tables.map(({ split }) => shortageIn(policy, split)).find((shortage) => shortage !== undefined)
}

function shortageIn({ artifact, checks, privacy }: Policy, { train, holdout }: Split): string | undefined {
  if (train.length < parametersIn(artifact) * checks.dof.minRowsPerParam) return 'too few rows for the dof check'
  if (checks.membership !== undefined && holdout.length < MEMBERSHIP_HOLDOUT_ROWS_MIN) {
    return 'too few held-back rows for the membership check'
  }
  if (privacy.mode === 'sample-aggregate' && train.length < privacy.blocks) return 'too few rows for the blocks'
  return undefined
}
