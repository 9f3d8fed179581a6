import { isProtocolError, toWire } from '@gristmill/protocol'
import { EXIT, exitCodeOf } from './exit-codes.js'
import type { Io } from './io.js'
import { nextStepOf } from './next-step.js'
import { printable } from './printable.js'
import { style } from './style.js'

/** Message, remedy and code of a failure, without a stack; gives the exit code. */
export function printError(io: Io, error: unknown, asJson: boolean): number {
  const known = isProtocolError(error)
  const code = known ? error.code : 'UNEXPECTED'
  const exitCode = known ? exitCodeOf(code) : EXIT.failed
  const message = error instanceof Error ? error.message : String(error)
  const next = nextStepOf(error)
  if (asJson) {
    const details = known ? error.details : {}
    io.stderr.write(`${toWire({ error: { code, message, ...(next && { next }), exitCode, details } })}\n`)
    return exitCode
  }
  const remedy = known ? '' : ' This was not foreseen: please report it with the command you gave.'
  io.stderr.write(`${style(io, io.stderr, 'red', 'error:')} ${printable(`${message}${remedy} [${code}]`)}\n`)
  if (next !== undefined) io.stderr.write(`${style(io, io.stderr, 'dim', 'next:')}  ${printable(next)}\n`)
  return exitCode
}
