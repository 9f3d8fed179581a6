import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ArgumentError, KeyUnknownError } from '../cli-errors.js'

const KEYSTORE = '.json'
const PLAIN = '.key'
const NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/** A key of the folder `keys/` beside the profile. */
export interface KeyEntry {
  name: string
  file: string
  /** A keystore file; otherwise hexadecimal, as local networks write it. */
  encrypted: boolean
}

/** The folder in which the keys of a profile are. */
export function keysDirectory(profileDirectory: string): string {
  return join(profileDirectory, 'keys')
}

/** Every key of a folder, by name. */
export async function listKeys(directory: string): Promise<KeyEntry[]> {
  const files = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const entries = files.flatMap((file) => {
    const ending = [KEYSTORE, PLAIN].find((candidate) => file.endsWith(candidate))
    if (ending === undefined) return []
    const name = file.slice(0, -ending.length)
    return NAME_PATTERN.test(name) ? [{ name, file: join(directory, file), encrypted: ending === KEYSTORE }] : []
  })
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1))
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
  return join(directory, `${parseKeyName(name)}${KEYSTORE}`)
}

/** A name that is a file's name everywhere. */
export function parseKeyName(name: string): string {
  if (NAME_PATTERN.test(name)) return name
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
