import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config/config.js'
import { DatabaseKindError } from './database-errors.js'

/** In the data directory of a datatrust whose database is not there. */
const EXTERNAL_FILE = 'database-is-external'

/** True if the rows that belong to a data directory are in PostgreSQL. */
export function isExternal(dataDirectory: string): boolean {
  return existsSync(join(dataDirectory, EXTERNAL_FILE))
}

/**
 * Notes in a data directory which kind of database belongs to it. Throws DatabaseKindError if that is another kind than the
 * one configured: an empty one would be taken for all there is.
 */
export async function claimDirectory({ dataDirectory, database }: Config): Promise<void> {
  if (database === undefined) {
    if (isExternal(dataDirectory)) throw new DatabaseKindError(dataDirectory, 'PostgreSQL')
    return
  }
  if (existsSync(join(dataDirectory, 'db'))) throw new DatabaseKindError(dataDirectory, 'embedded')
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 })
  await writeFile(join(dataDirectory, EXTERNAL_FILE), '', { mode: 0o600 })
}
