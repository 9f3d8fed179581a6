import { isProtocolError, toWire } from '@gristmill/protocol'
import type { Command } from 'commander'
import type { Io } from './io.js'

/** Prints the result of a command: as JSON for programs, otherwise `lines` for people. */
export function printResult(io: Io, command: Command, result: unknown, lines: readonly string[]): void {
  const { json } = command.optsWithGlobals<{ json?: boolean }>()
  const text = json === true ? toWire(result) : lines.map(printable).join('\n')
  io.stdout.write(`${text}\n`)
}

/** Says what is going on. */
export function note(io: Io, text: string): void {
  io.stderr.write(`${printable(text)}\n`)
}

/** Message and remedy of a failure, without a stack. */
export function printError(io: Io, error: unknown, asJson: boolean): void {
  const known = isProtocolError(error)
  const code = known ? error.code : 'UNEXPECTED'
  const message = error instanceof Error ? error.message : String(error)
  if (asJson) {
    io.stderr.write(`${toWire({ error: { code, message, details: known ? error.details : {} } })}\n`)
    return
  }
  const remedy = known ? '' : ' This was not foreseen: please report it with the command you gave.'
  note(io, `error: ${message}${remedy} [${code}]`)
}

/** Rows of `name  value`, the values in one column. */
export function fields(rows: Readonly<Record<string, string | number | undefined>>): string[] {
  const present = Object.entries(rows).filter(([, value]) => value !== undefined && value !== '')
  const width = Math.max(...present.map(([name]) => name.length))
  return present.map(([name, value]) => `${name.padEnd(width)}  ${value}`)
}

/** Text that others wrote may hold control sequences; a terminal must not obey them. */
function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/gu, '\u{fffd}')
}
