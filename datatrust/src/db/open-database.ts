import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { PGlite } from '@electric-sql/pglite'
import { ProtocolError } from '@gristmill/protocol'
import { type Dialect, Kysely, PGliteDialect, type Transaction } from 'kysely'
import { Migrator } from 'kysely/migration'
import { DurableFs } from './durable-fs.js'
import { initial } from './migrations/0001-initial.js'
import { catalogue } from './migrations/0002-catalogue.js'
import type { DatabaseSchema } from './schema.js'

export type Database = Kysely<DatabaseSchema>
export type DatabaseTransaction = Transaction<DatabaseSchema>

const migrations = { '0001-initial': initial, '0002-catalogue': catalogue }

/**
 * PGlite's own, but with flushes: what is committed outlives a power cut. And PostgreSQL's default of 128 MB is held from
 * the start, for tables of a few rows.
 */
const START_PARAMS = [
  ...PGlite.defaultStartParams.filter((param) => param !== '-F'),
  ...['-c', 'wal_sync_method=fsync', '-c', 'shared_buffers=8MB'],
]

const UNFINISHED = '.unfinished-'

/** Thrown by every use of a database whose log could not be written, until the datatrust is started again. */
export class DatabaseStoppedError extends ProtocolError {
  readonly code = 'DATABASE_STOPPED' as const

  constructor(cause: unknown) {
    super('The database has stopped: its log could not be written. Make room or mend the disk, and start again.', {
      cause,
    })
  }
}

export interface OpenDatabaseParams {
  directory: string
  /** Frees room for the log on a full disk; false if there is none to free. */
  makeRoom?: () => boolean
  /** Gets what talks to the embedded database; returns what is used. */
  dialect?: ((embedded: Dialect) => Dialect) | undefined
}

/** Opens the embedded database, creating or migrating it. The caller holds the lock of the directory above it. */
export async function openDatabase(params: OpenDatabaseParams): Promise<Database> {
  const { directory, makeRoom = () => false, dialect = (embedded) => embedded } = params
  keepWebAssemblySmall()
  if (!existsSync(`${directory}/PG_VERSION`)) await createDatabase(directory)
  const embedded = new PGliteDialect({ pglite: () => openEmbedded(directory, makeRoom) })
  const db = new Kysely<DatabaseSchema>({ dialect: dialect(embedded) })
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
  const parent = dirname(directory)
  await mkdir(parent, { recursive: true, mode: 0o700 })
  for (const name of await readdir(parent)) {
    const isLeft = name.startsWith(`${basename(directory)}${UNFINISHED}`)
    if (isLeft) await rm(join(parent, name), { recursive: true, force: true, maxRetries: 3 })
  }
  // A name of its own: the process that made the last one may outlive a kill of ours for a moment.
  const unfinished = await mkdtemp(`${directory}${UNFINISHED}`)
  // The same extension as this file: tests run the sources.
  const child = fileURLToPath(import.meta.url).replace(/open-database(?=\.[jt]s$)/, 'create-database')
  await promisify(execFile)(process.execPath, [child, unfinished], { env: {} })
  await rename(unfinished, directory)
  const handle = await open(parent, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function openEmbedded(directory: string, makeRoom: () => boolean): Promise<PGlite> {
  const fs = new DurableFs({ directory, makeRoom })
  const pglite = await PGlite.create({ fs, startParams: START_PARAMS })
  const call = pglite.execProtocolRawSync.bind(pglite)
  pglite.execProtocolRawSync = (message) => {
    if (fs.failure !== undefined) throw new DatabaseStoppedError(fs.failure)
    return call(message)
  }
  const close = pglite.close.bind(pglite)
  pglite.close = async () => {
    if (fs.failure === undefined) await close()
  }
  return pglite
}

/** Compiling PostgreSQL's 20 MB of WebAssembly a second time, optimised, takes V8 half a gigabyte and gains little. */
function keepWebAssemblySmall(): void {
  setFlagsFromString('--no-wasm-tier-up')
  setFlagsFromString('--no-wasm-dynamic-tiering')
}
