import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DirectoryLockedError, DiskBlobStore, lockDirectory } from '@gristmill/storage'
import { recordAct } from '../audit/acts.js'
import { openNoted, readNote } from '../config/bucket-note.js'
import { isExternal } from '../db/database-kind.js'
import { openDatabase } from '../db/open-database.js'
import { verifyLedger } from '../ledger/ledger.js'
import { askForBackup } from './ask-for-backup.js'
import { ExternalDatabaseError, NothingToBackUpError } from './backup-errors.js'
import { requireBucket } from './require-bucket.js'
import { requireRestored } from './restore.js'
import { type BackupProgress, type BackupSummary, writeBackup } from './write-backup.js'

/** What `backup` takes. */
export interface BackupParams {
  dataDirectory: string
  /** Absent, empty, or a backup that was broken off: then it goes on from there. */
  to: string
  /**
   * `refer`: blobs in a bucket are read once and stay there, named with size and digest; the bucket has to keep what is
   * deleted. Default: `copy`, to disk, wherever they are.
   */
  blobs?: 'copy' | 'refer'
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
  const { to, onProgress, blobs: how = 'copy' } = params
  const dataDirectory = resolve(params.dataDirectory)
  if (isExternal(dataDirectory)) throw new ExternalDatabaseError(dataDirectory)
  if (!existsSync(join(dataDirectory, 'db'))) throw new NothingToBackUpError(dataDirectory)
  requireRestored(dataDirectory)
  await using stack = new AsyncDisposableStack()
  try {
    stack.use(await lockDirectory(dataDirectory))
  } catch (error) {
    if (!(error instanceof DirectoryLockedError)) throw error
    return askForBackup({ dataDirectory, to: resolve(to), blobs: how, onProgress })
  }
  const db = stack.adopt(await openDatabase({ directory: join(dataDirectory, 'db') }), (opened) => opened.destroy())
  await verifyLedger(db)
  const bucket = await readNote(dataDirectory)
  const refersTo = how === 'refer' ? requireBucket(dataDirectory, bucket) : undefined
  const blobs = stack.use(
    bucket === undefined ? await DiskBlobStore.open(join(dataDirectory, 'blobs')) : await openNoted(bucket),
  )
  // Awaited here: what it works with is closed on return.
  const done = await writeBackup({ db, blobs, refersTo, dataDirectory, to, onProgress })
  await recordAct(db, { type: 'backed-up', subject: resolve(to), details: { blobs: done.blobs } })
  return done
}
