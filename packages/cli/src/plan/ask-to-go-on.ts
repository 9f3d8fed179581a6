import type { Command } from 'commander'
import { DryRunEnded, type Io, isInteractive } from '../io.js'
import { note, printResult } from '../output.js'
import { askYesNo } from '../prompt.js'
import { ConfirmationNeededError, DeclinedError } from '../prompt-errors.js'
import { style } from '../style.js'

/** What a command is about to do. */
export interface Question {
  title: string
  lines: readonly string[]
  /** Said with `--dry-run` only. */
  more: readonly string[]
  /** For programs, with `--dry-run`. */
  document: unknown
}

/**
 * Shows what is going to be done and asks. Returns if it may be; throws if somebody said no, or if nobody can be asked.
 * With `--dry-run` it prints the question as the result and ends the run.
 */
export async function askToGoOn(io: Io, command: Command, question: Question): Promise<void> {
  const { title, lines, more, document } = question
  const { yes, dryRun } = command.optsWithGlobals<{ yes?: boolean; dryRun?: boolean }>()
  if (dryRun === true) {
    printResult(io, command, document, [title, ...lines, ...more])
    throw new DryRunEnded()
  }
  note(io, '')
  if (!io.quiet) io.stderr.write(`${style(io, io.stderr, 'bold', title)}\n`)
  for (const line of lines) note(io, line)
  if (yes === true) return
  if (!isInteractive(io)) throw new ConfirmationNeededError(title)
  if (!(await askYesNo(io, 'Go on?'))) throw new DeclinedError(title)
}
