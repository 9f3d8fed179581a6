import type { Checks } from '@gristmill/protocol'
import type { ClassPredictor, NumberPredictor, Predictor } from '../model/predictor.js'
import type { Split } from '../run/split.js'
import type { EncodedTable } from '../table/read-table.js'
import type { Finding } from './finding.js'
import { accuracyOf } from './measure.js'
import { measureNumbers } from './measure-numbers.js'
import { truePositives } from './true-positives.js'

/** Rate of false positives at which membership is judged, in bps: 1 %. */
const FALSE_POSITIVES_BPS = 100

export interface MembershipParams {
  limits: NonNullable<Checks['membership']>
  predictor: Predictor
  table: EncodedTable
  split: Split
}

/** Could somebody who has the model and a row tell that it was trained on the row? */
export function checkMembership({ limits, predictor, table, split }: MembershipParams): Finding[] {
  const rates = statisticsOf(predictor).map((statistic) => {
    const valuesOf = (rows: Uint32Array) =>
      Float64Array.from(rows, (row) => statistic(table.features, row * table.dimensions, table.labels[row]!))
    return truePositives(valuesOf(split.train), valuesOf(split.holdout), FALSE_POSITIVES_BPS / 10_000)
  })
  const found = Math.max(...rates) * 10_000
  const resolution = `one of ${split.holdout.length} held-back rows is ${(10_000 / split.holdout.length).toFixed(1)} bps`
  const findings: Finding[] = [
    {
      check: 'membership',
      isMet: found <= limits.maxTprAt1FprBps,
      quantity: `training rows recognised at 1 % of false positives in bps (${resolution}), at most`,
      found,
      limit: limits.maxTprAt1FprBps,
    },
  ]
  if (predictor.predicts === 'centroid') return findings
  const { name, of } = goodnessOf(predictor, table)
  const gap = 10_000 * (of(split.train) - of(split.holdout))
  return [
    ...findings,
    {
      check: 'membership',
      isMet: gap <= limits.maxGapBps,
      quantity: `${name} on training rows above that on held-back ones in bps (${resolution}), at most`,
      found: gap,
      limit: limits.maxGapBps,
    },
  ]
}

/** How good a model is on rows: the part of them that is right, of numbers R² beside the mean of these rows. */
function goodnessOf(predictor: ClassPredictor | NumberPredictor, table: EncodedTable) {
  return predictor.predicts === 'number'
    ? { name: 'R²', of: (rows: Uint32Array) => measureNumbers({ predictor, table, rows }).r2 }
    : { name: 'accuracy', of: (rows: Uint32Array) => accuracyOf(predictor, table, rows) }
}

type Statistic = (features: Float64Array, offset: number, label: number) => number

/**
 * Numbers that are high for rows a model knows: how far the score of the row's class is above all others, and for
 * centroids, whose loss is the distance, how near the nearest one is. Of a number label minus the squared residual: the
 * attack by the loss of Yeom, Giacomelli, Fredrikson, Jha, "Privacy Risk in Machine Learning", CSF 2018, for regression.
 */
function statisticsOf(predictor: Predictor): Statistic[] {
  if (predictor.predicts === 'number') {
    // As the model has it: what it knows of a row may be beyond the bounds, too.
    const { outputOf } = predictor
    return [(features, offset, label) => -((outputOf(features, offset) - label) ** 2)]
  }
  const { predicts, isDistance, scoresOf } = predictor
  const margin: Statistic = (features, offset, label) => {
    const scores = scoresOf(features, offset)
    let other = Number.NEGATIVE_INFINITY
    for (let index = 0; index < scores.length; index++) {
      if (index !== label) other = Math.max(other, scores[index]!)
    }
    return scores[label]! - other
  }
  const nearness: Statistic = (features, offset) => scoresOf(features, offset).reduce((a, b) => Math.max(a, b))
  return [...(predicts === 'class' ? [margin] : []), ...(isDistance ? [nearness] : [])]
}
