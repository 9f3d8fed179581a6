import { AUDIT_COLUMNS, type AuditRow } from './audit-row.js'

/** How an audit is written. */
export const AUDIT_FORMATS = ['csv', 'jsonl'] as const
/** How an audit is written: CSV of RFC 4180, or JSON Lines. */
export type AuditFormat = (typeof AUDIT_FORMATS)[number]

/** How rows become lines: a line never holds a line break, so that it can be hashed and found as it is. */
export interface LineFormat {
  /** Before the rows; undefined: nothing is. */
  readonly header: string | undefined
  readonly lineEnd: string
  line(row: AuditRow & { previous: string }): string
  /** Reads a line of its own back; undefined if it is none. */
  parse(line: string): Readonly<Record<string, string>> | undefined
}

/** What a spreadsheet would take for a formula, also where it cuts blanks off or knows the wide forms. */
const FORMULA = /^\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/u
/** Line breaks, control characters, what turns text around, and halves of characters. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029]/gu
const NEEDS_QUOTES = /[",;\s]/u

const csv: LineFormat = {
  header: AUDIT_COLUMNS.join(','),
  lineEnd: '\r\n',
  line: (row) => AUDIT_COLUMNS.map((column) => cell(row[column] ?? '')).join(','),
  parse: (line) => {
    const cells = cellsOf(line)
    if (cells?.length !== AUDIT_COLUMNS.length) return undefined
    return Object.fromEntries(AUDIT_COLUMNS.map((column, index) => [column, cells[index] as string]))
  },
}

const jsonl: LineFormat = {
  header: undefined,
  lineEnd: '\n',
  line: (row) => {
    const present = AUDIT_COLUMNS.map((column) => [column, row[column] ?? ''] as const)
    return JSON.stringify(Object.fromEntries(present.filter(([, value]) => value !== '')))
  },
  parse: (line) => {
    try {
      const value: unknown = JSON.parse(line)
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
      return Object.values(value).every((field) => typeof field === 'string')
        ? (value as Record<string, string>)
        : undefined
    } catch {
      return undefined
    }
  },
}

export const LINE_FORMATS: Readonly<Record<AuditFormat, LineFormat>> = { csv, jsonl }

/** A field of RFC 4180 that no spreadsheet computes. */
function cell(text: string): string {
  const printable = text.replace(UNPRINTABLE, '\uFFFD')
  const inert = FORMULA.test(printable) ? `'${printable}` : printable
  return NEEDS_QUOTES.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert
}

/** The fields of one line of RFC 4180; undefined if its quotes do not match. */
function cellsOf(line: string): string[] | undefined {
  const cells: string[] = []
  for (let at = 0; at <= line.length; ) {
    if (line[at] !== '"') {
      const comma = line.indexOf(',', at)
      const end = comma === -1 ? line.length : comma
      cells.push(line.slice(at, end))
      at = end + 1
      continue
    }
    let text = ''
    for (at += 1; ; at += 1) {
      const quote = line.indexOf('"', at)
      if (quote === -1) return undefined
      text += line.slice(at, quote)
      at = quote + 1
      if (line[at] !== '"') break
      text += '"'
    }
    if (at < line.length && line[at] !== ',') return undefined
    cells.push(text)
    at += 1
  }
  return cells
}
