import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ArgumentError } from '../argument-errors.js'
import { KeyUnknownError } from './key-errors.js'
import { KEY_NAME_PATTERN, KEYSTORE_ENDING, type KeyEntry, listKeys } from './list-keys.js'

/** The folder in which the keys of a profile are. */
export function keysDirectory(profileDirectory: string): string {
  return join(profileDirectory, 'keys')
}

/** The key called `name`. */
export async function findKey(directory: string, name: string): Promise<KeyEntry> {
  const keys = await listKeys(directory)
  const found = keys.find((key) => key.name === name)
  if (found !== undefined) return found
  throw new KeyUnknownError(
    name,
    keys.map((key) => key.name),
  )
}

/** Where a new keystore called `name` goes. */
export function keystoreFile(directory: string, name: string): string {
  return join(directory, `${parseKeyName(name)}${KEYSTORE_ENDING}`)
}

/** A name that is a file's name everywhere. */
export function parseKeyName(name: string): string {
  if (KEY_NAME_PATTERN.test(name)) return name
  throw new ArgumentError(
    'name',
    `${name} is no name of a key: use up to 64 letters, digits, dots, dashes, underscores.`,
  )
}

/** The address that a keystore file says it is of; undefined if it says none. Proved only by opening it. */
export async function addressInKeystore(file: string): Promise<string | undefined> {
  try {
    const { address } = JSON.parse(await readFile(file, 'utf8')) as { address?: unknown }
    if (typeof address === 'string' && /^(0x)?[0-9a-fA-F]{40}$/.test(address)) {
      return address.startsWith('0x') ? address : `0x${address}`
    }
  } catch {
    // Whoever opens it says what is wrong.
  }
  return undefined
}
