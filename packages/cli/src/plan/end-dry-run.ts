import type { Command } from 'commander'
import { DryRunEnded, type Io } from '../io.js'
import { printResult } from '../output.js'

/** With `--dry-run`, says what a command that signs nothing would do, and ends the run before it does it. */
export function endDryRun(io: Io, command: Command, would: string): void {
  const { dryRun } = command.optsWithGlobals<{ dryRun?: boolean }>()
  if (dryRun !== true) return
  printResult(io, command, { dryRun: true, title: would, transactions: [] }, [would, 'Nothing was signed or sent.'])
  throw new DryRunEnded()
}
