import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { BlobStore } from '@gristmill/storage'
import { z } from 'zod'
import type { Config } from './config.js'
import { ConfigurationError } from './configuration-error.js'
import { openS3, prefixOf, readBucketParams } from './open-blobs.js'

/** In the data directory of a datatrust whose blobs are in a bucket: which one, and where its credentials are, not they. */
const NOTE_FILE = 'blobs-are-in-a-bucket.json'

/** Where blobs are in a bucket. */
export const bucketPlaceSchema = z.strictObject({
  name: z.string().min(1),
  region: z.string().min(1),
  endpoint: z.string().min(1).optional(),
  prefix: z.string(),
})
/** Where blobs are in a bucket: the bucket itself, and what is before all keys. */
export type BucketPlace = z.output<typeof bucketPlaceSchema>

const noteSchema = bucketPlaceSchema.extend({
  credentialsFile: z.string().min(1),
  checksum: z.enum(['CRC32C']).optional(),
})

/** A bucket that is noted in a data directory, with all that opens it. */
export type NotedBucket = z.output<typeof noteSchema>

/** Notes in the data directory where its blobs are, so that a backup of a datatrust that does not run finds them. */
export async function noteBucket(config: Config): Promise<void> {
  const { bucket, dataDirectory } = config
  const path = join(dataDirectory, NOTE_FILE)
  if (bucket === undefined) {
    await rm(path, { force: true })
    return
  }
  const { name, region, endpoint, checksum, credentialsFile } = bucket
  await writeNote(dataDirectory, {
    name,
    region,
    prefix: prefixOf(config, bucket),
    credentialsFile,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(checksum === undefined ? {} : { checksum }),
  })
}

/** The same, for a directory that is restored. */
export async function writeNote(dataDirectory: string, note: NotedBucket): Promise<void> {
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 })
  const path = join(dataDirectory, NOTE_FILE)
  // A name of its own: several processes over one directory start at the same time.
  const draft = `${path}.${randomUUID()}`
  const file = await open(draft, 'w', 0o600)
  try {
    await file.writeFile(`${JSON.stringify(note)}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(draft, path)
}

/** The bucket in which the blobs of a data directory are; undefined: on its disk. */
export async function readNote(dataDirectory: string): Promise<NotedBucket | undefined> {
  const path = join(dataDirectory, NOTE_FILE)
  if (!existsSync(path)) return undefined
  try {
    return noteSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    throw new ConfigurationError([
      { variable: path, fault: 'does not name a bucket: start the datatrust once, or remove it' },
    ])
  }
}

/** Opens a bucket that is named whole. Throws KeyFileError, BucketRefusedError, BucketUnavailableError. */
export async function openNoted(note: NotedBucket): Promise<BlobStore> {
  const { endpoint, checksum, ...bucket } = note
  return openS3(
    await readBucketParams({
      ...bucket,
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(checksum === undefined ? {} : { checksum }),
    }),
  )
}

/** Where a noted bucket's blobs are, without how it is opened. */
export function placeOf({ name, region, endpoint, prefix }: NotedBucket): BucketPlace {
  return { name, region, prefix, ...(endpoint === undefined ? {} : { endpoint }) }
}
