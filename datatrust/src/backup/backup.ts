import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DirectoryLockedError, DiskBlobStore, lockDirectory } from '@gristmill/storage'
import { openDatabase } from '../db/open-database.js'
import { verifyLedger } from '../ledger/ledger.js'
import { askForBackup } from './ask-for-backup.js'
import { NothingToBackUpError } from './backup-errors.js'
import { requireRestored } from './restore.js'
import { type BackupProgress, type BackupSummary, writeBackup } from './write-backup.js'

/** What `backup` takes. */
export interface BackupParams {
  dataDirectory: string
  /** Absent, empty, or a backup that was broken off: then it goes on from there. */
  to: string
  /** Called as bytes are copied. */
  onProgress?: (progress: BackupProgress) => void
}

/**
 * Backs up a datatrust, running or not: database and blobs as they were at one moment, without the keys. A running one
 * is asked to do it by itself; it goes on serving.
 *
 * @example
 * const { blobs, createdAt } = await backup({ dataDirectory: '/var/lib/datatrust', to: '/mnt/backup/monday' })
 */
export async function backup(params: BackupParams): Promise<BackupSummary> {
  const { to, onProgress } = params
  const dataDirectory = resolve(params.dataDirectory)
  if (!existsSync(join(dataDirectory, 'db'))) throw new NothingToBackUpError(dataDirectory)
  requireRestored(dataDirectory)
  await using stack = new AsyncDisposableStack()
  try {
    stack.use(await lockDirectory(dataDirectory))
  } catch (error) {
    if (!(error instanceof DirectoryLockedError)) throw error
    return askForBackup({ dataDirectory, to: resolve(to), onProgress })
  }
  const db = stack.adopt(await openDatabase({ directory: join(dataDirectory, 'db') }), (opened) => opened.destroy())
  await verifyLedger(db)
  const blobs = stack.use(await DiskBlobStore.open(join(dataDirectory, 'blobs')))
  // Awaited here: what it works with is closed on return.
  return await writeBackup({ db, blobs, dataDirectory, to, onProgress })
}
