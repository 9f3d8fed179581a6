import { resolve } from 'node:path'
import type { Command } from 'commander'
import { FileError } from '../argument-errors.js'
import { type Io, isInteractive } from '../io.js'
import { fields, printResult, warn } from '../output.js'
import { loadProfile } from '../profile.js'
import { askYesNo } from '../prompt.js'
import { ConfirmationNeededError, DeclinedError } from '../prompt-errors.js'
import { actorOfFile } from './actor.js'
import { findKey, keysDirectory } from './key-store.js'
import { sealKey } from './keystore.js'
import { choosePassword } from './password.js'
import { createSecret } from './secret-file.js'

export interface ExportOptions {
  out?: string
  bare?: boolean
}

export async function exportKey(io: Io, command: Command, name: string, options: ExportOptions): Promise<void> {
  const directory = keysDirectory((await loadProfile(io, command)).directory)
  const actor = await actorOfFile(io, command, await findKey(directory, name))
  const bare = options.bare === true
  const out = options.out ?? (bare ? `${name}.key` : `${name}.keystore.json`)
  if (bare) await confirmBare(io, command, name)
  const { privateKey } = await actor.unlock()
  const text = bare
    ? `${privateKey}\n`
    : await sealKey(privateKey, (await actor.passphrase()) ?? (await choosePassword(io, command, 'the keystore')))
  if (out === '-') {
    io.stdout.write(text)
    return
  }
  const file = resolve(io.cwd, out)
  if ((await createSecret(file, text)) === 'kept')
    throw new FileError(file, 'is there already: name another file with --out.')
  const { address } = actor
  printResult(io, command, { name, address, file, encrypted: !bare }, fields({ name, address, file }))
}

async function confirmBare(io: Io, command: Command, name: string): Promise<void> {
  const title = `Write the private key ${name} without encryption`
  warn(io, 'whoever sees the bare key has the account and all that it owns.')
  if (command.optsWithGlobals<{ yes?: boolean }>().yes === true) return
  if (!isInteractive(io)) throw new ConfirmationNeededError(title)
  if (!(await askYesNo(io, `${title}?`))) throw new DeclinedError(title)
}
