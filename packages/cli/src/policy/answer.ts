import type { Command } from 'commander'
import { ArgumentError } from '../argument-errors.js'
import { type Io, isInteractive } from '../io.js'
import { ask } from '../prompt.js'

/** What was given, else what a person types, else with `--yes` the default. */
export type Answer = (flag: string, question: string, given: string | undefined, fallback: string) => Promise<string>

export function asker(io: Io, command: Command): Answer {
  const { yes } = command.optsWithGlobals<{ yes?: boolean }>()
  return async (flag, question, given, fallback) => {
    if (given !== undefined) return given
    if (yes === true) return fallback
    if (isInteractive(io)) return ask(io, question, fallback)
    throw new ArgumentError(flag, `is needed where there is no terminal to ask; --yes takes the default, ${fallback}.`)
  }
}
