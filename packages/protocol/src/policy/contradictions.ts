import { releasedBytesOf } from './artifact.js'
import { budgetContradictions } from './budget-contradictions.js'
import { checkContradictions } from './check-contradictions.js'
import type { Contradiction } from './contradiction.js'
import { dimensionsOf } from './dimensions.js'
import { familyContradictions } from './family-contradictions.js'
import { isNumberLabel } from './label.js'
import { bitsIn } from './layout.js'
import type { Policy } from './policy.js'
import { privacyContradictions } from './privacy-contradictions.js'
import { releaseContradictions } from './release-contradictions.js'
import { DIMENSIONS_MAX } from './table.js'
import { trainerContradictions } from './trainer-contradictions.js'

/** Everything in a well-formed policy that contradicts something else in it. */
export function contradictionsIn(policy: Policy): Contradiction[] {
  return [
    ...inTable(policy),
    ...familyContradictions(policy),
    ...checkContradictions(policy),
    ...inAlgorithms(policy),
    ...inLimits(policy),
    ...budgetContradictions(policy),
    ...privacyContradictions(policy),
    ...trainerContradictions(policy),
    ...releaseContradictions(policy),
  ]
}

function inTable({ table }: Policy): Contradiction[] {
  const found: Contradiction[] = []
  const names = [...table.features.map((column) => column.name), table.label.name, ...table.ignored]
  const repeated = names.find((name, index) => names.indexOf(name) !== index)
  if (repeated !== undefined) {
    found.push({ rule: 'COLUMN_REPEATED', path: ['table'], message: `column "${repeated}" appears twice` })
  }
  for (const [index, column] of table.features.entries()) {
    if (column.type === 'number' && column.minMicros >= column.maxMicros) {
      found.push({
        rule: 'EMPTY_BOUNDS',
        path: ['table', 'features', index],
        message: `minMicros of "${column.name}" must be below its maxMicros`,
      })
    }
  }
  if (isNumberLabel(table.label) && table.label.minMicros >= table.label.maxMicros) {
    found.push({
      rule: 'EMPTY_BOUNDS',
      path: ['table', 'label'],
      message: `minMicros of "${table.label.name}" must be below its maxMicros`,
    })
  }
  const dimensions = dimensionsOf(table)
  if (dimensions > DIMENSIONS_MAX) {
    found.push({
      rule: 'TOO_WIDE',
      path: ['table', 'features'],
      message: `a row has ${dimensions} values, at most ${DIMENSIONS_MAX} are possible; ignore columns with many categories`,
    })
  }
  return found
}

function inAlgorithms({ algorithms, metrics }: Policy): Contradiction[] {
  const found: Contradiction[] = []
  const digests = algorithms.map((algorithm) => algorithm.digest)
  if (new Set(digests).size !== digests.length) {
    found.push({ rule: 'ALGORITHM_REPEATED', path: ['algorithms'], message: 'an algorithm appears twice' })
  }
  for (const [index, algorithm] of algorithms.entries()) {
    for (const [name, { min, max }] of Object.entries(algorithm.parameters)) {
      if (min <= max) continue
      found.push({
        rule: 'EMPTY_PARAMETER',
        path: ['algorithms', index, 'parameters', name],
        message: `min of "${name}" is above its max`,
      })
    }
  }
  if (new Set(metrics.map((metric) => metric.name)).size !== metrics.length) {
    found.push({ rule: 'METRIC_REPEATED', path: ['metrics'], message: 'a metric appears twice' })
  }
  return found
}

function inLimits(policy: Policy): Contradiction[] {
  const found: Contradiction[] = []
  const { artifact, maxBits, maxBytes } = policy
  const bits = bitsIn(artifact)
  const sizeBytes = releasedBytesOf(artifact)
  const limit = (rule: string, path: (string | number)[], is: number, least: number, what: string) => {
    if (is < least) found.push({ rule, path, message: `${path.join('.')} is ${is}, but ${what} ${least}` })
  }
  limit('MAX_BITS', ['maxBits'], maxBits, bits, 'the tensors carry')
  limit('MAX_BYTES', ['maxBytes'], maxBytes, sizeBytes, 'the released file has')
  return found
}
