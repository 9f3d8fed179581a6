import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { DirectoryLockedError } from './blob-errors.js'
import { toStorageError } from './storage-error.js'

/** Exclusive hold on a directory; whatever ends the process ends it. */
export interface DirectoryLock {
  readonly directory: string
  /** Ends it and frees what it holds; a second call does nothing. */
  close(): Promise<void>
  /** The same as `close()`. */
  [Symbol.asyncDispose](): Promise<void>
}

/** Name of the lock within its directory. */
export const LOCK_FILE = 'lock.sqlite'

const SQLITE_BUSY = 5

/** Keeps locks that their owners forgot from being collected, and thereby released. */
const held = new Set<DatabaseSync>()

/**
 * Locks `directory` (made if missing) against other processes and against a second call in this one, or throws
 * `DirectoryLockedError` at once. The lock is SQLite's on `lock.sqlite`: the operating system releases it when the
 * process dies, `kill -9` included. Local file systems only; no other code may open `lock.sqlite`.
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const absolute = resolve(directory)
  let database: DatabaseSync
  try {
    await mkdir(absolute, { recursive: true, mode: 0o700 })
    database = openDatabase(join(absolute, LOCK_FILE))
  } catch (error) {
    throw isBusy(error) ? new DirectoryLockedError(absolute) : toStorageError(error, absolute)
  }
  held.add(database)
  const close = async () => {
    if (held.delete(database)) database.close()
  }
  return { directory: absolute, close, [Symbol.asyncDispose]: close }
}

function openDatabase(path: string): DatabaseSync {
  const { DatabaseSync } = loadSqlite()
  const database = new DatabaseSync(path, { timeout: 0 })
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** Loads node:sqlite without its warning that it is experimental: the lock uses nothing that could change. */
function loadSqlite(): typeof import('node:sqlite') {
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    return process.getBuiltinModule('node:sqlite')
  } finally {
    process.emitWarning = emitWarning
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY
}
