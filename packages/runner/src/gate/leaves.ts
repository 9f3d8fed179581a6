import type { Checks } from '@gristmill/protocol'
import type { Trees } from '../model/tree-ensemble.js'
import type { EncodedTable } from '../table/read-table.js'
import type { Finding } from './finding.js'

export interface LeavesParams {
  limits: NonNullable<Checks['tree']>
  trees: Trees
  table: EncodedTable
  /** Those trained on. */
  rows: Uint32Array
  /** They are one table's of several: a leaf without any of them tells nothing of that table. */
  isPart?: boolean
}

/** Does every leaf that says anything, that is, is not all zeros, speak of enough training rows? Counted here, not claimed. */
export function checkLeaves({
  limits,
  trees: { trees, leaves, outputs, leaf, leafOf },
  table,
  rows,
  isPart = false,
}: LeavesParams): Finding {
  let found = Number.POSITIVE_INFINITY
  for (let tree = 0; tree < trees; tree++) {
    const counts = new Uint32Array(leaves)
    for (const row of rows) counts[leafOf(tree, table.features, row * table.dimensions)]!++
    for (const [index, count] of counts.entries()) {
      const start = (tree * leaves + index) * outputs
      const isSilent = leaf.subarray(start, start + outputs).every((value) => value === 0)
      if (!isSilent && !(isPart && count === 0)) found = Math.min(found, count)
    }
  }
  return {
    check: 'tree',
    isMet: found >= limits.minLeaf,
    quantity: 'training rows in the smallest leaf that says something, at least',
    // Trees that say nothing at all have no smallest leaf.
    found: Number.isFinite(found) ? found : rows.length,
    limit: limits.minLeaf,
  }
}
