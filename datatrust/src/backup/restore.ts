import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { BlobNotFoundError, type BlobStore, DiskBlobStore, LOCK_FILE, lockDirectory } from '@gristmill/storage'
import { recordAct } from '../audit/acts.js'
import { type NotedBucket, openNoted, writeNote } from '../config/bucket-note.js'
import { openDatabase } from '../db/open-database.js'
import { verifyLedger } from '../ledger/ledger.js'
import { BackupCorruptError, BucketNeededError, RestoreUnfinishedError, TargetNotEmptyError } from './backup-errors.js'
import { copyTree, referredBlobs, treeOf } from './copy-database.js'
import {
  DATABASE_DIRECTORY,
  type Entry,
  hashed,
  hashFile,
  type Manifest,
  readBlobList,
  readManifest,
  STORE_DIRECTORY,
  syncDirectory,
} from './manifest.js'
import { markRestored } from './restores.js'
import { type BackupProgress, type BackupSummary, hashBlob } from './write-backup.js'

/** There while a restore has not finished: the directory is no datatrust yet. */
const RESTORING_FILE = 'restoring'
const DRAFT_DIRECTORY = 'db.restored'
/** What may be in a directory into which is restored; the keys are the operator's to bring. */
const WELCOME = ['keys', RESTORING_FILE]

/** What is said of the bucket of a restored datatrust. */
export type RestoreBucket = Partial<NotedBucket>

/** What `restore` takes. */
export interface RestoreParams {
  /** A finished backup. */
  from: string
  /** Absent or empty but for `keys`, or a restore that was broken off. */
  dataDirectory: string
  /**
   * Blobs go into this bucket, or are there already where the backup refers to one: then only `credentialsFile` is
   * needed, and what else is named says where it is now. Default: the disk.
   */
  bucket?: RestoreBucket | undefined
  /** Called as bytes are copied. */
  onProgress?: ((progress: BackupProgress) => void) | undefined
}

/**
 * Makes a data directory of a backup, and checks it: every file is the one backed up, every row has its blob, the ledger
 * adds up. The keys are not in a backup: put them in place, then start; what happened since is read from the chain.
 */
export async function restore({ from, dataDirectory, bucket, onProgress }: RestoreParams): Promise<BackupSummary> {
  const [source, target] = [resolve(from), resolve(dataDirectory)]
  const manifest = await readManifest(source)
  const noted = bucketOf(manifest, bucket)
  await requireEmpty(target)
  await mkdir(target, { recursive: true, mode: 0o700 })
  await using _lock = await lockDirectory(target)
  await writeFile(join(target, RESTORING_FILE), '', { mode: 0o600 })
  await syncDirectory(target)

  const keys = await restoreBlobs(source, target, { manifest, noted, onProgress })
  if (noted !== undefined) await writeNote(target, noted)
  const databaseBytes = manifest.database.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  await restoreDatabase(source, target, manifest, keys)
  onProgress?.({ step: 'database', doneBytes: databaseBytes, totalBytes: databaseBytes })

  await rename(join(target, DRAFT_DIRECTORY), join(target, 'db'))
  await syncDirectory(target)
  await rm(join(target, RESTORING_FILE))
  await syncDirectory(target)
  const { createdAt, blobs, blobBytes } = manifest
  return { directory: target, createdAt, blobs, blobBytes, databaseBytes }
}

/** Throws RestoreUnfinishedError on a directory that is only half restored. */
export function requireRestored(dataDirectory: string): void {
  if (existsSync(join(dataDirectory, RESTORING_FILE))) throw new RestoreUnfinishedError(dataDirectory)
}

async function requireEmpty(target: string): Promise<void> {
  const names = existsSync(target) ? await readdir(target) : []
  if (names.includes(RESTORING_FILE)) return
  const others = names.filter((name) => !WELCOME.includes(name) && !name.startsWith(LOCK_FILE))
  if (others.length > 0) throw new TargetNotEmptyError(target)
}

/** Where the blobs of the restored datatrust are. Throws BucketNeededError unless all that opens it is named. */
function bucketOf({ bucket: place }: Manifest, given: RestoreBucket | undefined): NotedBucket | undefined {
  if (place === undefined && given === undefined) return undefined
  const { name, region, endpoint, prefix, credentialsFile, checksum } = { ...place, ...given }
  if (name !== undefined && region !== undefined && prefix !== undefined && credentialsFile !== undefined) {
    const others = { ...(endpoint === undefined ? {} : { endpoint }), ...(checksum === undefined ? {} : { checksum }) }
    return { name, region, prefix, credentialsFile, ...others }
  }
  const needed = {
    DATATRUST_S3_BUCKET: name,
    DATATRUST_S3_REGION: region,
    DATATRUST_S3_PREFIX: prefix,
    DATATRUST_S3_CREDENTIALS_FILE: credentialsFile,
  }
  const missing = Object.entries(needed).filter(([, value]) => value === undefined)
  throw new BucketNeededError(missing.map(([variable]) => variable))
}

interface RestoreBlobsParams {
  manifest: Manifest
  noted: NotedBucket | undefined
  onProgress: RestoreParams['onProgress']
}

async function restoreBlobs(
  source: string,
  target: string,
  { manifest, noted, onProgress }: RestoreBlobsParams,
): Promise<Set<string>> {
  const keys = new Set<string>()
  const totalBytes = manifest.blobBytes
  let doneBytes = 0
  await using store = await (noted === undefined ? DiskBlobStore.open(join(target, 'blobs')) : openNoted(noted))
  for await (const entry of readBlobList(source, manifest)) {
    if (manifest.bucket !== undefined) await checkBlob(store, entry)
    else await restoreBlob(join(source, STORE_DIRECTORY, 'blobs', `${entry.name}.blob`), store, entry)
    keys.add(entry.name)
    doneBytes += entry.sizeBytes
    onProgress?.({ step: 'blobs', doneBytes, totalBytes })
  }
  if (keys.size !== manifest.blobs) throw new BackupCorruptError('the number of its blobs')
  return keys
}

/** A blob that stayed in its bucket: there still, and what it was, to the last byte. */
async function checkBlob(store: BlobStore, { name, sizeBytes, sha256 }: Entry): Promise<void> {
  const found = await hashBlob(store, name).catch((error: unknown) => {
    if (!(error instanceof BlobNotFoundError)) throw error
    throw new BackupCorruptError(`blob ${name} is not in the bucket any more: bring its last version back`, error)
  })
  if (found.sizeBytes !== sizeBytes || found.sha256 !== sha256) {
    throw new BackupCorruptError(
      `blob ${name} in the bucket is not the one backed up: bring back the version from then`,
    )
  }
}

async function restoreBlob(path: string, store: BlobStore, { name, sizeBytes, sha256 }: Entry): Promise<void> {
  const isThere = await store.stat(name).catch((error: unknown) => {
    if (error instanceof BlobNotFoundError) return undefined
    throw error
  })
  // Only what had its hash was left there by a restore that was broken off.
  if (isThere?.sizeBytes === sizeBytes) return
  if (!existsSync(path)) throw new BackupCorruptError(`blob ${name} is missing`)
  const hash = createHash('sha256')
  const source = hashed(createReadStream(path), hash)
  const put = await store.put(name, source, { maxBytes: sizeBytes }).catch((error: unknown) => {
    throw new BackupCorruptError(`blob ${name} cannot be read, or not written`, error)
  })
  if (`0x${hash.digest('hex')}` === sha256 && put.sizeBytes === sizeBytes) return
  await store.delete(name)
  throw new BackupCorruptError(`blob ${name} is not the one backed up`)
}

async function restoreDatabase(source: string, target: string, manifest: Manifest, keys: Set<string>): Promise<void> {
  const draft = join(target, DRAFT_DIRECTORY)
  await rm(draft, { recursive: true, force: true })
  await copyTree(join(source, DATABASE_DIRECTORY), draft)
  const { files } = await treeOf(draft)
  if (files.length !== manifest.database.length) throw new BackupCorruptError('the number of files of its database')
  for (const { name, sizeBytes, sha256 } of manifest.database) {
    const found = await hashFile(join(draft, name))
    if (found.sizeBytes !== sizeBytes || found.sha256 !== sha256) throw new BackupCorruptError(name)
  }
  for (const name of manifest.emptyDirectories) await mkdir(join(draft, name), { recursive: true, mode: 0o700 })
  const db = await openDatabase({ directory: draft })
  try {
    await verifyLedger(db)
    const referred = await referredBlobs(db)
    const missing = referred.find((key) => !keys.has(key))
    if (missing !== undefined) throw new BackupCorruptError(`blob ${missing} is referred to, and missing`)
    if (referred.length !== keys.size) throw new BackupCorruptError('it has blobs that no row refers to')
    await markRestored(db)
    await recordAct(db, { type: 'restored', subject: source, details: { createdAt: manifest.createdAt } })
  } finally {
    await db.destroy()
  }
}
