import type { Tensor } from './artifact.js'
import type { Contradiction } from './contradiction.js'
import { modelShapeOf, predictsLabel, type TensorRule, tensorRules } from './family-tensors.js'
import { isNumberLabel } from './label.js'
import type { Policy } from './policy.js'

/** What keeps the tensors of a policy from being a model of its family for its table. */
export function familyContradictions(policy: Policy): Contradiction[] {
  const { family, table, artifact, metrics, checks } = policy
  const found: Contradiction[] = []
  const rules = tensorRules(modelShapeOf(family, artifact.tensors, table), table)
  const names = artifact.tensors.map((tensor) => tensor.name)
  if (names.toSorted().join() !== Object.keys(rules).toSorted().join()) {
    found.push({
      rule: 'FAMILY_TENSORS',
      path: ['artifact', 'tensors'],
      message: `a model of the family ${family} has the tensors ${Object.keys(rules).join(', ')}, not ${names.join(', ')}`,
    })
  }
  for (const [index, tensor] of artifact.tensors.entries()) {
    const rule = Object.hasOwn(rules, tensor.name) ? rules[tensor.name] : undefined
    found.push(...inTensor(tensor, rule, ['artifact', 'tensors', index]))
  }
  if (isNumberLabel(table.label)) found.push(...withoutClasses(policy))
  if ((metrics.length > 0 || checks.utility !== undefined) && !predictsLabel(family, artifact.tensors)) {
    found.push({
      rule: 'METRIC_FAMILY',
      path: metrics.length > 0 ? ['metrics'] : ['checks', 'utility'],
      message:
        family === 'histogram'
          ? 'a histogram predicts no class that could be measured; take it out'
          : 'centroids without labels predict no class that could be measured; add the tensor labels',
    })
  }
  return found
}

/** Classes that centroids have, where the label is a number. */
function withoutClasses({ family, artifact }: Policy): Contradiction[] {
  const labels = artifact.tensors.findIndex(({ name }) => name === 'labels')
  if (family !== 'centroids' || labels < 0) return []
  const message =
    'labels give every centroid a class, and the label is a number; take the tensor out, or use the family linear'
  return [{ rule: 'LABEL_FAMILY', path: ['artifact', 'tensors', labels], message }]
}

function inTensor(tensor: Tensor, rule: TensorRule | undefined, path: readonly (string | number)[]): Contradiction[] {
  const { name, shape, release, range } = tensor
  const found: Contradiction[] = []
  const add = (broken: string, field: string, message: string) =>
    found.push({ rule: broken, path: [...path, field], message })
  // One value alone may be all that there is to choose from: the feature of a tree over one column.
  if (range[0] > range[1] || (range[0] === range[1] && release === 'bf16')) {
    add('EMPTY_RANGE', 'range', `the range of ${name} must ascend`)
  }
  if (rule === undefined) return found
  if (rule.shape.join() !== shape.join()) {
    add('FAMILY_SHAPE', 'shape', `${name} has the shape [${rule.shape.join(', ')}], not [${shape.join(', ')}]`)
  }
  if (!rule.releases.includes(release)) {
    add('FAMILY_RELEASE', 'release', `${name} is released as ${rule.releases.join(' or ')}, not as ${release}`)
  }
  if (rule.within !== undefined && (range[0] < rule.within[0] || range[1] > rule.within[1])) {
    add('FAMILY_RANGE', 'range', `${name} lies from ${rule.within.join(' to ')}`)
  }
  return found
}
