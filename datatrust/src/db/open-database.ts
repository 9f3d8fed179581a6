import { mkdir } from 'node:fs/promises'
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

/** Opens the embedded database, creating or migrating it. The caller holds the lock of the directory above it. */
export async function openDatabase(directory: string): Promise<Database> {
  keepWebAssemblySmall()
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const db = new Kysely<DatabaseSchema>({ dialect: new PGliteDialect({ pglite: () => PGlite.create(directory) }) })
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) {
    await db.destroy()
    throw error
  }
  return db
}

/** Compiling PostgreSQL's 20 MB of WebAssembly a second time, optimised, takes V8 half a gigabyte and gains little. */
function keepWebAssemblySmall(): void {
  setFlagsFromString('--no-wasm-tier-up')
  setFlagsFromString('--no-wasm-dynamic-tiering')
}
