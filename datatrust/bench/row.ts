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
}

/** How many times as good as the peer; where there is none, of the target. */
export function ratioOf({ ours, peer, better, target }: Row): number | undefined {
  const other = peer ?? target
  if (other === undefined || other === 0) return undefined
  return better === 'higher' ? ours / other : other / ours
}

export function isMet(row: Row): boolean | undefined {
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

export function tableOf(rows: readonly Row[]): string {
  const number = (value: number | null) => (value === null ? '' : value >= 100 ? value.toFixed(0) : value.toFixed(2))
  const lines = rows.map((row) => {
    const ratio = row.peer === null ? '' : `${ratioOf(row)!.toFixed(2)} x`
    const target =
      row.target === undefined ? '' : `${isMet(row) ? 'met' : 'MISSED'} (${row.target}${row.peer === null ? '' : ' x'})`
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
