import type { Row } from './row.ts'

export const HEAD = ['row', 'ours', 'target', 'peer', 'peer / ours']

/** The rows for a terminal. */
export function tableOf(rows: readonly Row[]): string {
  const cells = [HEAD, ...rows.map(cellsOf)]
  const widths = HEAD.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ')
  return cells.map(line).join('\n')
}

/** A row's figures; a target that is missed is marked. */
export function cellsOf({ name, ours, target, peer }: Row): string[] {
  return [
    name,
    figure(ours),
    target === null ? '' : `${figure(target)}${ours > target ? ' !' : '  '}`,
    peer === null ? '' : figure(peer),
    peer === null ? '' : (peer / ours).toFixed(2),
  ]
}

export const figure = (gas: number): string => gas.toLocaleString('en-US')
