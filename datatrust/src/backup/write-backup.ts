import { createHash } from 'node:crypto'
import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { BlobNotFoundError, type BlobStore, DiskBlobStore } from '@gristmill/storage'
import type { BucketPlace } from '../config/bucket-note.js'
import type { Database } from '../db/open-database.js'
import { now } from '../now.js'
import { TargetNotEmptyError } from './backup-errors.js'
import { copyDatabase, treeOf } from './copy-database.js'
import {
  BlobList,
  DATABASE_DIRECTORY,
  type Entry,
  hashed,
  hashFile,
  MANIFEST_FILE,
  STORE_DIRECTORY,
  syncDirectory,
  UNFINISHED_FILE,
  writeManifest,
} from './manifest.js'

/** How far a backup or a restore is. */
export interface BackupProgress {
  step: 'database' | 'blobs'
  doneBytes: number
  totalBytes: number
}

/** What was backed up, or restored. */
export interface BackupSummary {
  directory: string
  /** Unix seconds at which the data was as it is in the backup. */
  createdAt: number
  blobs: number
  blobBytes: number
  databaseBytes: number
}

export interface WriteBackupParams {
  db: Database
  blobs: BlobStore
  dataDirectory: string
  /** The bucket that holds the blobs; then they are hashed there and not copied. */
  refersTo?: BucketPlace | undefined
  /** Absent, empty, or a backup that was broken off. */
  to: string
  onProgress?: ((progress: BackupProgress) => void) | undefined
  /** Breaks it off; the next one goes on from there. */
  signal?: AbortSignal | undefined
}

/** Copies a data directory whose blobs are not deleted meanwhile. The database first: what it refers to is there. */
export async function writeBackup(params: WriteBackupParams): Promise<BackupSummary> {
  const { db, dataDirectory, refersTo, onProgress, signal } = params
  const to = resolve(params.to)
  await prepareTarget(to, dataDirectory)
  const createdAt = now()
  const keys = await copyDatabase(db, join(dataDirectory, 'db'), join(to, DATABASE_DIRECTORY))
  const { files, emptyDirectories } = await treeOf(join(to, DATABASE_DIRECTORY))
  const database: Entry[] = []
  for (const name of files) database.push({ name, ...(await hashFile(join(to, DATABASE_DIRECTORY, name))) })
  const databaseBytes = database.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  onProgress?.({ step: 'database', doneBytes: databaseBytes, totalBytes: databaseBytes })

  const { blobBytes, blobsSha256 } = await listBlobs({ ...params, to, keys, signal })
  await writeManifest(to, {
    version: 1,
    createdAt,
    blobs: keys.length,
    blobBytes,
    blobsSha256,
    ...(refersTo === undefined ? {} : { bucket: refersTo }),
    database,
    emptyDirectories,
  })
  await rm(join(to, UNFINISHED_FILE))
  await syncDirectory(to)
  return { directory: to, createdAt, blobs: keys.length, blobBytes, databaseBytes }
}

async function prepareTarget(to: string, dataDirectory: string): Promise<void> {
  const inside = relative(resolve(dataDirectory), to)
  if (inside === '' || !(inside.startsWith('..') || resolve(inside) === inside)) throw new TargetNotEmptyError(to)
  await mkdir(to, { recursive: true, mode: 0o700 })
  const names = await readdir(to)
  const isUnfinished = names.includes(UNFINISHED_FILE) && !names.includes(MANIFEST_FILE)
  if (names.length > 0 && !isUnfinished) throw new TargetNotEmptyError(to)
  await chmod(to, 0o700)
  await writeFile(join(to, UNFINISHED_FILE), '', { mode: 0o600 })
}

async function listBlobs({ blobs, to, keys, refersTo, onProgress, signal }: WriteBackupParams & { keys: string[] }) {
  await using stack = new AsyncDisposableStack()
  const store = refersTo === undefined ? stack.use(await DiskBlobStore.open(join(to, STORE_DIRECTORY))) : undefined
  await using list = await BlobList.create(to)
  let totalBytes = 0
  for (const key of keys) totalBytes += (await blobs.stat(key)).sizeBytes
  let doneBytes = 0
  for (const key of keys) {
    signal?.throwIfAborted()
    const onBytes = (chunkBytes: number) => {
      signal?.throwIfAborted()
      onProgress?.({ step: 'blobs', doneBytes: doneBytes + chunkBytes, totalBytes })
    }
    const entry = await (store === undefined ? hashBlob(blobs, key, onBytes) : copyBlob(blobs, store, key, onBytes))
    doneBytes += entry.sizeBytes
    onProgress?.({ step: 'blobs', doneBytes, totalBytes })
    await list.add(entry)
  }
  if (store !== undefined) await dropOthers(store, new Set(keys))
  return { blobBytes: doneBytes, blobsSha256: await list.finish() }
}

/** What a blob is, read from its beginning to its end, and left where it is. */
export async function hashBlob(
  from: BlobStore,
  key: string,
  onBytes: (doneBytes: number) => void = () => {},
): Promise<Entry> {
  const hash = createHash('sha256')
  let sizeBytes = 0
  for await (const chunk of await from.open(key)) {
    hash.update(chunk)
    sizeBytes += chunk.length
    onBytes(sizeBytes)
  }
  return { name: key, sizeBytes, sha256: `0x${hash.digest('hex')}` }
}

/** Blobs never change: one of the same key and size was copied whole before the last backup was broken off. */
async function copyBlob(
  from: BlobStore,
  to: BlobStore,
  key: string,
  onBytes: (doneBytes: number) => void,
): Promise<Entry> {
  const source = await from.open(key)
  const { sizeBytes } = source
  if ((await sizeOf(to, key)) === sizeBytes) return hashBlob(to, key)
  const hash = createHash('sha256')
  let doneBytes = 0
  const counted = hashed(source, hash, (chunkBytes) => {
    doneBytes += chunkBytes
    onBytes(doneBytes)
  })
  await to.put(key, counted, { maxBytes: sizeBytes, expectedBytes: sizeBytes })
  return { name: key, sizeBytes, sha256: `0x${hash.digest('hex')}` }
}

async function sizeOf(store: BlobStore, key: string): Promise<number | undefined> {
  try {
    return (await store.stat(key)).sizeBytes
  } catch (error) {
    if (error instanceof BlobNotFoundError) return undefined
    throw error
  }
}

/** What an earlier, broken off backup copied and has been deleted since. */
async function dropOthers(store: BlobStore, wanted: ReadonlySet<string>): Promise<void> {
  for (let after: string | null = ''; after !== null; ) {
    const { keys, next } = await store.list('', { after })
    for (const key of keys) if (!wanted.has(key)) await store.delete(key)
    after = next
  }
}
