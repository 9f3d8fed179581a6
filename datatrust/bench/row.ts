/** One measurement beside what it is compared with. */
export interface Row {
  name: string
  ours: number
  peer: number | null
  peerName: string | null
  unit: string
  better: 'lower' | 'higher'
  /** At least (`higher`) or at most (`lower`): of the peer if there is one, else of the unit. */
  target?: number
  /** In place of `target`: at most so much more than the peer, in the unit. */
  overMax?: number
}

/** What could not be measured here, and why. */
export interface Skipped {
  name: string
  skipped: string
}

/** How many times as good as the peer; where there is none, of the target. */
export function ratioOf({ ours, peer, better, target }: Row): number | undefined {
  const other = peer ?? target
  if (other === undefined || other === 0) return undefined
  return better === 'higher' ? ours / other : other / ours
}

export function isMet(row: Row): boolean | undefined {
  if (row.overMax !== undefined) return row.peer === null ? undefined : row.ours - row.peer <= row.overMax
  if (row.target === undefined) return undefined
  const bound = row.peer === null ? row.target : row.better === 'higher' ? row.target * row.peer : row.peer / row.target
  return row.better === 'higher' ? row.ours >= bound : row.ours <= bound
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** The value below which `part` of the values are. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]!
}

/** The bound of a row as it is read. */
function boundOf({ target, overMax, peer, unit }: Row): string | undefined {
  if (overMax !== undefined) return `+${overMax} ${unit}`
  return target === undefined ? undefined : `${target}${peer === null ? '' : ' x'}`
}

export function tableOf(rows: readonly (Row | Skipped)[]): string {
  const number = (value: number | null) => (value === null ? '' : value >= 100 ? value.toFixed(0) : value.toFixed(2))
  const signed = (value: number) => (value < 0 ? `-${number(-value)}` : `+${number(value)}`)
  const lines = rows.map((row) => {
    if ('skipped' in row) return [row.name, '', '', '', `skipped: ${row.skipped}`, '', '']
    const more = row.overMax === undefined ? `${ratioOf(row)?.toFixed(2)} x` : signed(row.ours - row.peer!)
    const ratio = row.peer === null ? '' : more
    const bound = boundOf(row)
    const target = bound === undefined ? '' : `${isMet(row) ? 'met' : 'MISSED'} (${bound})`
    return [row.name, number(row.ours), row.unit, number(row.peer), row.peerName ?? '', ratio, target]
  })
  const head = ['row', 'ours', 'unit', 'peer', 'peer is', 'ratio', 'target']
  const widths = head.map((_, column) => Math.max(...[head, ...lines].map((line) => line[column]!.length)))
  return [head, ...lines]
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
