/** Metrics of a label with classes; holdout_auc for two of them only. */
const CLASS_METRICS = ['holdout_accuracy', 'holdout_majority', 'holdout_auc'] as const

/**
 * Metrics of a number label, y in the rows and p in the model, both scaled to [-1, 1], and p kept within that:
 * holdout_r2 is 1 - Σ(y - p)² / Σ(y - ȳ)², ȳ being the mean of these rows, and is told as 0 where it is below;
 * holdout_rmse is √(mean of (y - p)²) / 2, a part of the label's range.
 */
const NUMBER_METRICS = ['holdout_r2', 'holdout_rmse'] as const

/** Metrics that the runner computes on rows no algorithm has seen, each told as a number from 0 to 1. */
export const METRIC_NAMES = [...CLASS_METRICS, ...NUMBER_METRICS] as const
/** One of `METRIC_NAMES`. */
export type MetricName = (typeof METRIC_NAMES)[number]

/** True for a metric of a number label. */
export function isNumberMetric(name: MetricName): boolean {
  return (NUMBER_METRICS as readonly MetricName[]).includes(name)
}
