/** Labels of one series; their values come from lists we know, never from callers. */
export type Labels = Readonly<Record<string, string>>

export interface Sample {
  labels?: Labels
  value: number
}

export interface Metric {
  name: string
  help: string
  type: 'counter' | 'gauge' | 'histogram'
}

/** Lines of one metric in Prometheus' text format 0.0.4. */
export function exposed({ name, help, type }: Metric, samples: readonly (Sample & { suffix?: string })[]): string {
  const lines = samples.map(({ labels = {}, value, suffix = '' }) => `${name}${suffix}${written(labels)} ${value}\n`)
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`
}

function written(labels: Labels): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${value.replace(/["\\\n]/g, '_')}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

/** Sums by label. */
export class Counter {
  readonly #sums = new Map<string, { labels: Labels; value: number }>()

  add(labels: Labels, value = 1): void {
    const key = JSON.stringify(labels)
    const sum = this.#sums.get(key) ?? { labels, value: 0 }
    sum.value += value
    this.#sums.set(key, sum)
  }

  samples(): Sample[] {
    return [...this.#sums.values()]
  }
}

const BOUNDS_SECONDS = [0.005, 0.02, 0.1, 0.5, 2, 10, 60, 600] as const

/** How long things take, by label: cumulative counts up to each bound, their sum and their number. */
export class Histogram {
  readonly #series = new Map<string, { labels: Labels; counts: number[]; sum: number; count: number }>()

  observe(labels: Labels, seconds: number): void {
    const key = JSON.stringify(labels)
    const series = this.#series.get(key) ?? { labels, counts: BOUNDS_SECONDS.map(() => 0), sum: 0, count: 0 }
    for (const [index, bound] of BOUNDS_SECONDS.entries()) {
      if (seconds <= bound) series.counts[index] = (series.counts[index] ?? 0) + 1
    }
    series.sum += seconds
    series.count += 1
    this.#series.set(key, series)
  }

  samples(): (Sample & { suffix: string })[] {
    return [...this.#series.values()].flatMap(({ labels, counts, sum, count }) => [
      ...counts.map((value, index) => ({
        suffix: '_bucket',
        labels: { ...labels, le: String(BOUNDS_SECONDS[index]) },
        value,
      })),
      { suffix: '_bucket', labels: { ...labels, le: '+Inf' }, value: count },
      { suffix: '_sum', labels, value: sum },
      { suffix: '_count', labels, value: count },
    ])
  }
}
