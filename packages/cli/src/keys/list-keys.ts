import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

export const KEYSTORE_ENDING = '.json'
const PLAIN_ENDING = '.key'
export const KEY_NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/** A key of the folder `keys/` beside the profile. */
export interface KeyEntry {
  name: string
  file: string
  /** A keystore file; otherwise hexadecimal, as local networks write it. */
  encrypted: boolean
}

/** Every key of a folder, by name. */
export async function listKeys(directory: string): Promise<KeyEntry[]> {
  const files = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const entries = files.flatMap((file) => {
    const ending = [KEYSTORE_ENDING, PLAIN_ENDING].find((candidate) => file.endsWith(candidate))
    if (ending === undefined) return []
    const name = file.slice(0, -ending.length)
    const encrypted = ending === KEYSTORE_ENDING
    return KEY_NAME_PATTERN.test(name) ? [{ name, file: join(directory, file), encrypted }] : []
  })
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1))
}
