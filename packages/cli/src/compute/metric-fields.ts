import { isNumberLabel, type LabelColumn, type Metric } from '@gristmill/protocol'
import { significant } from '../significant.js'

/** Released metrics for people, by name; the error of a number label in its unit, too. */
export function metricFields(metrics: readonly Metric[], label: LabelColumn | undefined): Record<string, string> {
  return Object.fromEntries(
    metrics.map(({ name, micros }) => {
      const part = (micros / 1e6).toFixed(4)
      if (name !== 'holdout_rmse' || label === undefined || !isNumberLabel(label)) return [name, part]
      const error = ((micros / 1e6) * (label.maxMicros - label.minMicros)) / 1e6
      return [name, `${part} of the range, ${significant(error, 3)} in the unit of ${label.name}`]
    }),
  )
}
