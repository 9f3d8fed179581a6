import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { PGlite } from '@electric-sql/pglite'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'
import { type Dialect, PGliteDialect } from 'kysely'
import { DatabaseStoppedError } from './database-errors.js'
import { DurableFs } from './durable-fs.js'
import type { Reserve } from './reserve.js'

/**
 * PGlite's own, but with flushes: what is committed outlives a power cut. And PostgreSQL's default of 128 MB is held from
 * the start, for tables of a few rows.
 */
const START_PARAMS = [
  ...PGlite.defaultStartParams.filter((param) => param !== '-F'),
  ...['-c', 'wal_sync_method=fsync', '-c', 'shared_buffers=8MB'],
]

const UNFINISHED = '.unfinished-'

export interface EmbeddedParams {
  directory: string
  /** What frees room on a full disk. */
  reserve?: Reserve
}

/** PGlite in a directory, created if it is not there. The caller holds the lock of the directory above it. */
export async function embeddedDialect({ directory, reserve }: EmbeddedParams): Promise<Dialect> {
  keepWebAssemblySmall()
  if (!existsSync(`${directory}/PG_VERSION`)) await createDatabase(directory)
  return new PGliteDialect({ pglite: () => openEmbedded(directory, reserve) })
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
  const child = fileURLToPath(import.meta.url).replace(/open-embedded(?=\.[jt]s$)/, 'create-database')
  await promisify(execFile)(process.execPath, [child, unfinished], { env: {} })
  await rename(unfinished, directory)
  const handle = await open(parent, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function openEmbedded(directory: string, reserve: Reserve | undefined): Promise<PGlite> {
  const fs = new DurableFs({ directory, reserve })
  const pglite = await PGlite.create({ fs, startParams: START_PARAMS, extensions: { pg_trgm } })
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
