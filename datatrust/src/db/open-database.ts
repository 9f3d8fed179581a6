import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { PGlite } from '@electric-sql/pglite'
import { Kysely, PGliteDialect, type Transaction } from 'kysely'
import { Migrator } from 'kysely/migration'
import { initial } from './migrations/0001-initial.js'
import { catalogue } from './migrations/0002-catalogue.js'
import type { DatabaseSchema } from './schema.js'

export type Database = Kysely<DatabaseSchema>
export type DatabaseTransaction = Transaction<DatabaseSchema>

const migrations = { '0001-initial': initial, '0002-catalogue': catalogue }

/** PostgreSQL's default of 128 MB is held from the start, for tables of a few rows. */
const START_PARAMS = [...PGlite.defaultStartParams, '-c', 'shared_buffers=8MB']

/** Opens the embedded database, creating or migrating it. The caller holds the lock of the directory above it. */
export async function openDatabase(directory: string): Promise<Database> {
  keepWebAssemblySmall()
  if (!existsSync(`${directory}/PG_VERSION`)) await createDatabase(directory)
  const pglite = () => PGlite.create(directory, { startParams: START_PARAMS })
  const db = new Kysely<DatabaseSchema>({ dialect: new PGliteDialect({ pglite }) })
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) {
    await db.destroy()
    throw error
  }
  return db
}

/**
 * Creates it in a process of its own: initdb takes some 600 MB for a second, which this process would never give back.
 * The directory gets its name when it is whole.
 */
async function createDatabase(directory: string): Promise<void> {
  const unfinished = `${directory}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(dirname(directory), { recursive: true, mode: 0o700 })
  await mkdir(unfinished, { mode: 0o700 })
  // The same extension as this file: tests run the sources.
  const child = fileURLToPath(import.meta.url).replace(/open-database(?=\.[jt]s$)/, 'create-database')
  await promisify(execFile)(process.execPath, [child, unfinished], { env: {} })
  await rename(unfinished, directory)
}

/** Compiling PostgreSQL's 20 MB of WebAssembly a second time, optimised, takes V8 half a gigabyte and gains little. */
function keepWebAssemblySmall(): void {
  setFlagsFromString('--no-wasm-tier-up')
  setFlagsFromString('--no-wasm-dynamic-tiering')
}
