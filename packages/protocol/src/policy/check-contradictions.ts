import { SCAN_MODEL_BYTES_MAX } from './checks.js'
import type { Contradiction } from './contradiction.js'
import { modelShapeOf } from './family-tensors.js'
import type { Policy } from './policy.js'

/** What keeps the checks and metrics of a policy from being made on its models. */
export function checkContradictions(policy: Policy): Contradiction[] {
  const { table, metrics, checks, maxBytes } = policy
  const found: Contradiction[] = []
  const add = (rule: string, path: readonly (string | number)[], message: string) => found.push({ rule, path, message })
  if (table.label.classes.length !== 2) {
    const message = 'holdout_auc is of two classes only; use holdout_accuracy'
    for (const [index, { name }] of metrics.entries()) {
      if (name === 'holdout_auc') add('METRIC_CLASSES', ['metrics', index], message)
    }
    if (checks.utility?.metric === 'holdout_auc') add('METRIC_CLASSES', ['checks', 'utility'], message)
  }
  if (checks.tree !== undefined) {
    const model = modelShapeOf(policy.family, policy.artifact.tensors, table)
    if (model.family !== 'tree-ensemble') {
      add('CHECK_FAMILY', ['checks', 'tree'], `a model of the family ${model.family} has no trees to check`)
    } else if (model.depth > checks.tree.maxDepth) {
      const { maxDepth } = checks.tree
      add(
        'MAX_DEPTH',
        ['checks', 'tree', 'maxDepth'],
        `the trees have the depth ${model.depth}, not at most ${maxDepth}`,
      )
    }
  }
  if (checks.scan !== undefined && maxBytes > SCAN_MODEL_BYTES_MAX) {
    add('SCAN_BYTES', ['checks', 'scan'], `models up to ${SCAN_MODEL_BYTES_MAX} bytes are scanned, not ${maxBytes}`)
  }
  return found
}
