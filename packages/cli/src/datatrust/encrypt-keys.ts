import { encryptKeys } from '@gristmill/datatrust'
import type { Command } from 'commander'
import { ArgumentError } from '../argument-errors.js'
import type { Io } from '../io.js'
import { printResult, warn } from '../output.js'
import { type DataOption, namedDataFolder } from './data-folder.js'
import { type KeyOptions, keyProtectionOf } from './key-options.js'

export async function encryptDatatrustKeys(io: Io, command: Command, options: DataOption & KeyOptions): Promise<void> {
  const dataDirectory = await namedDataFolder(io, command, options)
  const { passphraseFile } = keyProtectionOf(io, options)
  if (passphraseFile === undefined) throw new ArgumentError('--passphrase-file', 'is needed: it encrypts the keys.')
  const encrypted = await encryptKeys({ dataDirectory, passphraseFile })
  const lines =
    encrypted.length === 0 ? ['All key files are encrypted already.'] : encrypted.map((file) => `encrypted ${file}`)
  if (encrypted.length > 0) warn(io, 'the disk, and copies made before, may still hold the keys in the clear.')
  printResult(io, command, { encrypted }, lines)
}
