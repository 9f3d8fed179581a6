import type { Policy } from '@gristmill/protocol'
import { type HistogramCell, labelGroups } from '@gristmill/runner'
import type { Io } from '../io.js'
import { table } from '../table.js'

/** Counts by column and cell, a column for each class or bin of a number label, and how far noise and rounding may have moved them. */
export function histogramLines(io: Io, histogram: readonly HistogramCell[], policy: Policy): string[] {
  const groups = labelGroups(policy.table, histogram[0]?.counts.length ?? 0)
  const names = ['column', 'cell', ...groups.map((name) => `${policy.table.label.name} ${name}`)]
  const columns = names.map((name, index) => ({
    name,
    ...(index > 1 ? { align: 'right' as const } : { flexible: true }),
  }))
  const rows = histogram.map(({ column, cell, counts }) =>
    Object.fromEntries([column, cell, ...counts.map(String)].map((text, index) => [names[index] as string, text])),
  )
  return ['', ...table(io, columns, rows), '', ...noiseText(policy)]
}

/** Of discrete Laplace noise of the scale 2 columns / epsilon the standard deviation is about √2 times that. */
function noiseText({ privacy, table: { features } }: Policy): string[] {
  if (privacy.mode !== 'trusted-dp') return []
  const deviation = (Math.SQRT2 * 2 * features.length) / (privacy.epsilonMicros / 1e6)
  return [
    `Each count has noise of a standard deviation of about ${Number(deviation.toPrecision(2))}; above 256 it is rounded to 8 binary digits.`,
    'Counts of one column are noisy each by itself: their sums differ from column to column.',
  ]
}
