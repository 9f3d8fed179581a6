import { resolve } from 'node:path'
import type { Command } from 'commander'
import { HDNodeWallet, Mnemonic } from 'ethers'
import type { Io } from '../io.js'
import { parsePrivateKey } from './actor.js'
import { KeyFileError } from './key-errors.js'
import { openKey } from './keystore.js'
import { readPassword } from './password.js'
import { readSecret } from './secret-file.js'

export interface ImportOptions {
  keystorePasswordFile?: string
}

/** The private key in what was typed or piped in: the key, a mnemonic phrase, or a keystore with its password. */
export async function readImportedKey(
  io: Io,
  command: Command,
  given: string,
  options: ImportOptions,
): Promise<string> {
  const text = given.trim()
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
