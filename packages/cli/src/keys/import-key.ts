import type { Command } from 'commander'
import { type Io, isInteractive } from '../io.js'
import { loadKeysPlace } from '../profile.js'
import { askHidden, readPiped } from '../prompt.js'
import { keysDirectory } from './key-store.js'
import { choosePassword } from './password.js'
import { type ImportOptions, readImportedKey } from './read-imported-key.js'
import { requireFreeName, writeKey } from './write-key.js'

const INPUT_BYTES_MAX = 65_536

export async function importKey(io: Io, command: Command, name: string, options: ImportOptions): Promise<void> {
  const directory = keysDirectory((await loadKeysPlace(io, command)).directory)
  await requireFreeName(directory, name)
  const text = isInteractive(io)
    ? await askHidden(io, 'Private key, mnemonic phrase or keystore (not shown)')
    : await readPiped(io, INPUT_BYTES_MAX)
  const privateKey = await readImportedKey(io, command, text, options)
  const password = await choosePassword(io, command, `the key ${name}`)
  await writeKey(io, command, { directory, name, privateKey, password })
}
