import { toWire } from '@gristmill/protocol'
import type { Command } from 'commander'
import type { Io } from './io.js'
import { printable } from './printable.js'
import { style } from './style.js'

/** Prints the result of a command: as JSON for programs, otherwise `lines` for people. */
export function printResult(io: Io, command: Command, result: unknown, lines: readonly string[]): void {
  const { json } = command.optsWithGlobals<{ json?: boolean }>()
  const text = json === true ? toWire(result) : lines.map(printable).join('\n')
  io.stdout.write(`${text}\n`)
}

/** Says what is going on. Silent with `--json`, unless a person watches. */
export function note(io: Io, text: string): void {
  if (!io.quiet) io.stderr.write(`${printable(text)}\n`)
}

/** Says what should worry. */
export function warn(io: Io, text: string): void {
  if (!io.quiet) io.stderr.write(`${style(io, io.stderr, 'yellow', 'warning:')} ${printable(text)}\n`)
}

/** Rows of `name  value`, the values in one column; several values of one name go below each other. */
export function fields(
  rows: Readonly<Record<string, string | number | readonly (string | number)[] | undefined>>,
): string[] {
  const present = Object.entries(rows).flatMap(([name, value]) =>
    [value ?? []].flat().flatMap((one, index) => (one === '' ? [] : [[index === 0 ? name : '', one] as const])),
  )
  const width = Math.max(...present.map(([name]) => name.length))
  return present.map(([name, value]) => `${name.padEnd(width)}  ${value}`)
}
