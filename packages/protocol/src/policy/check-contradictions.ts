import { SCAN_MODEL_BYTES_MAX } from './checks.js'
import type { Contradiction } from './contradiction.js'
import { modelShapeOf } from './family-tensors.js'
import { isNumberLabel } from './label.js'
import { isNumberMetric, type MetricName } from './metric.js'
import type { Policy } from './policy.js'

/** What keeps the checks and metrics of a policy from being made on its models. */
export function checkContradictions(policy: Policy): Contradiction[] {
  const { table, metrics, checks, maxBytes } = policy
  const found: Contradiction[] = []
  const add = (rule: string, path: readonly (string | number)[], message: string) => found.push({ rule, path, message })
  const measured: [MetricName, readonly (string | number)[]][] = [
    ...metrics.map(({ name }, index): [MetricName, (string | number)[]] => [name, ['metrics', index]]),
    ...(checks.utility === undefined ? [] : [[checks.utility.metric, ['checks', 'utility']] as [MetricName, string[]]]),
  ]
  const { label } = table
  for (const [name, path] of measured) {
    if (isNumberLabel(label) && !isNumberMetric(name)) {
      add('METRIC_LABEL', path, `${name} counts rows whose class is right, and the label is a number; use holdout_r2`)
    } else if (!isNumberLabel(label) && isNumberMetric(name)) {
      add('METRIC_LABEL', path, `${name} is of numbers, and the label has classes; use holdout_accuracy`)
    } else if (!isNumberLabel(label) && label.classes.length !== 2 && name === 'holdout_auc') {
      add('METRIC_CLASSES', path, 'holdout_auc is of two classes only; use holdout_accuracy')
    }
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
