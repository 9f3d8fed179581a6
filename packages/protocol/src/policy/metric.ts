/** Metrics that the runner computes on rows no algorithm has seen; holdout_auc for two classes only. */
export const METRIC_NAMES = ['holdout_accuracy', 'holdout_majority', 'holdout_auc'] as const
/** One of `METRIC_NAMES`. */
export type MetricName = (typeof METRIC_NAMES)[number]
