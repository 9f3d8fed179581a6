import { dirname, join } from 'node:path'
import type { Command } from 'commander'
import { findProfile } from '../find-profile.js'
import type { Io } from '../io.js'
import { listKeys } from '../keys/list-keys.js'
import { bashScript } from './bash.js'
import { fishScript } from './fish.js'
import { branchesOf } from './tree.js'
import { zshScript } from './zsh.js'

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const

/** Prints the script of a shell; `keys` is what the scripts themselves ask for. */
export async function printCompletion(io: Io, command: Command, what: keyof typeof SCRIPTS | 'keys'): Promise<void> {
  if (what === 'keys') return printKeys(io, command)
  let program = command
  while (program.parent !== null) program = program.parent
  io.stdout.write(SCRIPTS[what](branchesOf(program)))
}

async function printKeys(io: Io, command: Command): Promise<void> {
  const { file } = await findProfile(io, command.optsWithGlobals<{ profile?: string }>().profile)
  if (file === undefined) return
  for (const { name } of await listKeys(join(dirname(file), 'keys'))) io.stdout.write(`${name}\n`)
}
