import { resolve } from 'node:path'
import type { Command } from 'commander'
import { HDNodeWallet, Mnemonic } from 'ethers'
import { KeyFileError } from '../cli-errors.js'
import { type Io, isInteractive } from '../io.js'
import { loadProfile } from '../profile.js'
import { askHidden, readPiped } from '../prompt.js'
import { parsePrivateKey } from './actor.js'
import { keysDirectory } from './key-store.js'
import { openKey } from './keystore.js'
import { choosePassword, readPassword } from './password.js'
import { readSecret } from './secret-file.js'
import { requireFreeName, writeKey } from './write-key.js'

const INPUT_BYTES_MAX = 65_536

export interface ImportOptions {
  keystorePasswordFile?: string
}

export async function importKey(io: Io, command: Command, name: string, options: ImportOptions): Promise<void> {
  const directory = keysDirectory((await loadProfile(io, command)).directory)
  await requireFreeName(directory, name)
  const text = isInteractive(io)
    ? await askHidden(io, 'Private key, mnemonic phrase or keystore (not shown)')
    : await readPiped(io, INPUT_BYTES_MAX)
  const privateKey = await privateKeyIn(io, command, text.trim(), options)
  const password = await choosePassword(io, command, `the key ${name}`)
  await writeKey(io, command, { directory, name, privateKey, password })
}

async function privateKeyIn(io: Io, command: Command, text: string, options: ImportOptions): Promise<string> {
  if (text.startsWith('{')) {
    const { keystorePasswordFile: file } = options
    const password =
      file === undefined
        ? await readPassword(io, command, 'the keystore that you import')
        : (await readSecret(resolve(io.cwd, file))).replace(/\r?\n$/, '')
    return (await openKey('the keystore', text, password)).privateKey
  }
  if (!text.includes(' ')) return parsePrivateKey('what you entered', text)
  const phrase = text.replace(/\s+/g, ' ')
  if (!Mnemonic.isValidMnemonic(phrase)) {
    throw new KeyFileError('what you entered', 'is no mnemonic phrase: look for a word that is wrong or missing.')
  }
  return HDNodeWallet.fromPhrase(phrase).privateKey
}
