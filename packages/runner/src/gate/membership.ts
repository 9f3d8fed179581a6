import type { Checks } from '@gristmill/protocol'
import type { Predictor } from '../model/predictor.js'
import type { Split } from '../run/split.js'
import type { EncodedTable } from '../table/read-table.js'
import type { Finding } from './finding.js'
import { accuracyOf } from './measure.js'
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
  if (!predictor.predictsClasses) return findings
  const gap = 10_000 * (accuracyOf(predictor, table, split.train) - accuracyOf(predictor, table, split.holdout))
  return [
    ...findings,
    {
      check: 'membership',
      isMet: gap <= limits.maxGapBps,
      quantity: `accuracy on training rows above that on held-back ones in bps (${resolution}), at most`,
      found: gap,
      limit: limits.maxGapBps,
    },
  ]
}

type Statistic = (features: Float64Array, offset: number, label: number) => number

/**
 * Numbers that are high for rows a model knows: how far the score of the row's class is above all others, and for
 * centroids, whose loss is the distance, how near the nearest one is.
 */
function statisticsOf({ predictsClasses, isDistance, scoresOf }: Predictor): Statistic[] {
  const margin: Statistic = (features, offset, label) => {
    const scores = scoresOf(features, offset)
    let other = Number.NEGATIVE_INFINITY
    for (let index = 0; index < scores.length; index++) {
      if (index !== label) other = Math.max(other, scores[index]!)
    }
    return scores[label]! - other
  }
  const nearness: Statistic = (features, offset) => scoresOf(features, offset).reduce((a, b) => Math.max(a, b))
  return [...(predictsClasses ? [margin] : []), ...(isDistance ? [nearness] : [])]
}
