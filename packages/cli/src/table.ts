import type { Io } from './io.js'
import { printable } from './printable.js'

export interface Column {
  /** Shown in capitals; also the key of its cells. */
  name: string
  align?: 'left' | 'right'
  /** May be cut so that the table fits the terminal; ids and amounts must not. */
  flexible?: boolean
}

const GAP = '  '
const FLEXIBLE_WIDTH_MIN = 8
/** Of what is piped on: no terminal limits it. */
const UNLIMITED = Number.POSITIVE_INFINITY

/** Lines of a table, the first with the names of the columns. Flexible columns are cut where the terminal ends. */
export function table(
  { stdout }: Pick<Io, 'stdout'>,
  columns: readonly Column[],
  rows: readonly Readonly<Record<string, string | number | undefined>>[],
): string[] {
  const cells = rows.map((row) => columns.map(({ name }) => oneLine(String(row[name] ?? ''))))
  const lines = [columns.map(({ name }) => name.toUpperCase()), ...cells]
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => widthOf(line[index] as string))))
  const limit = stdout.isTTY === true ? (stdout.columns ?? UNLIMITED) : UNLIMITED
  shrink(columns, widths, limit)
  return lines.map((line) =>
    line
      .map((cell, index) => pad(cut(cell, widths[index] as number), widths[index] as number, columns[index]?.align))
      .join(GAP)
      .trimEnd(),
  )
}

function shrink(columns: readonly Column[], widths: number[], limit: number): void {
  let over = widths.reduce((sum, width) => sum + width, 0) + GAP.length * (widths.length - 1) - limit
  while (over > 0) {
    const widest = columns.reduce(
      (best, { flexible }, index) =>
        flexible === true && (best === -1 || (widths[index] as number) > (widths[best] as number)) ? index : best,
      -1,
    )
    if (widest === -1 || (widths[widest] as number) <= FLEXIBLE_WIDTH_MIN) return
    widths[widest] = (widths[widest] as number) - 1
    over -= 1
  }
}

function oneLine(text: string): string {
  return printable(text).replace(/\s+/g, ' ').trim()
}

/** Characters of double width count as two. */
function widthOf(text: string): number {
  let width = 0
  for (const character of text)
    width +=
      /\p{Extended_Pictographic}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u.test(
        character,
      )
        ? 2
        : 1
  return width
}

function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  let kept = ''
  for (const character of text) {
    if (widthOf(kept + character) > width - 1) break
    kept += character
  }
  return `${kept}…`
}

function pad(text: string, width: number, align: Column['align']): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)))
  return align === 'right' ? space + text : text + space
}
