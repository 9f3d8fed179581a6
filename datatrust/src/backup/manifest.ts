import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, open, readFile, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { bytes32Schema, type Hex } from '@gristmill/protocol'
import { z } from 'zod'
import { bucketPlaceSchema } from '../config/bucket-note.js'
import { BackupCorruptError, BackupIncompleteError } from './backup-errors.js'

/** Written last: a backup with it is whole. */
export const MANIFEST_FILE = 'manifest.json'
/** There while a backup is being written. */
export const UNFINISHED_FILE = 'unfinished'
export const DATABASE_DIRECTORY = 'db'
export const STORE_DIRECTORY = 'store'
const BLOBS_FILE = 'blobs.jsonl'

const sizeSchema = z.int().min(0)
const entrySchema = z.strictObject({
  /** Of a blob: its key. Of the database: a path with "/". */
  name: z
    .string()
    .regex(/^[\w.-]+(\/[\w.-]+)*$/)
    .refine((name) => !name.split('/').includes('..')),
  sizeBytes: sizeSchema,
  sha256: bytes32Schema,
})

/** A file of a backup. */
export type Entry = z.output<typeof entrySchema>

const manifestSchema = z.strictObject({
  version: z.literal(1),
  /** Unix seconds. */
  createdAt: z.int(),
  blobs: sizeSchema,
  blobBytes: sizeSchema,
  /** sha256 of blobs.jsonl, which names them all. */
  blobsSha256: bytes32Schema,
  /** Where the blobs are in a bucket; what is listed is not in the backup then. */
  bucket: bucketPlaceSchema.optional(),
  database: z.array(entrySchema),
  /** Directories that hold nothing. */
  emptyDirectories: z.array(entrySchema.shape.name),
})

/** What a backup holds. */
export type Manifest = z.output<typeof manifestSchema>

/** Throws BackupIncompleteError unless the backup was finished. */
export async function readManifest(directory: string): Promise<Manifest> {
  let text: string
  try {
    text = await readFile(join(directory, MANIFEST_FILE), 'utf8')
  } catch (error) {
    throw new BackupIncompleteError(directory, error)
  }
  try {
    return manifestSchema.parse(JSON.parse(text))
  } catch (error) {
    throw new BackupCorruptError(MANIFEST_FILE, error)
  }
}

export async function writeManifest(directory: string, manifest: Manifest): Promise<void> {
  const draft = join(directory, `${MANIFEST_FILE}.draft`)
  const file = await open(draft, 'w', 0o600)
  try {
    await file.writeFile(`${JSON.stringify(manifest)}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(draft, join(directory, MANIFEST_FILE))
  await syncDirectory(directory)
}

/** The list of blobs as it is written: a line each. */
export class BlobList {
  readonly #file: FileHandle
  readonly #hash = createHash('sha256')

  private constructor(file: FileHandle) {
    this.#file = file
  }

  static async create(directory: string): Promise<BlobList> {
    return new BlobList(await open(join(directory, BLOBS_FILE), 'w', 0o600))
  }

  async add(entry: Entry): Promise<void> {
    const line = `${JSON.stringify(entry)}\n`
    this.#hash.update(line)
    await this.#file.writeFile(line)
  }

  /** sha256 of the whole. */
  async finish(): Promise<Hex> {
    await this.#file.sync()
    return `0x${this.#hash.digest('hex')}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close()
  }
}

/** The blobs of a finished backup, one at a time. Throws BackupCorruptError if the list is not the one it had. */
export async function* readBlobList(directory: string, { blobsSha256 }: Manifest): AsyncGenerator<Entry> {
  const path = join(directory, BLOBS_FILE)
  if ((await hashFile(path)).sha256 !== blobsSha256) throw new BackupCorruptError(BLOBS_FILE)
  for await (const line of createInterface({ input: createReadStream(path) })) {
    yield entrySchema.parse(JSON.parse(line))
  }
}

/** Passes bytes on, and each chunk to a hash before. */
export async function* hashed(
  source: AsyncIterable<Uint8Array>,
  hash: Hash,
  onChunk?: (chunkBytes: number) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of source) {
    hash.update(chunk)
    onChunk?.(chunk.length)
    yield chunk
  }
}

/** Throws BackupCorruptError where there is no such file. */
export async function hashFile(path: string): Promise<{ sizeBytes: number; sha256: Hex }> {
  const hash = createHash('sha256')
  let sizeBytes = 0
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      hash.update(chunk)
      sizeBytes += chunk.length
    }
  } catch (error) {
    throw new BackupCorruptError(path, error)
  }
  return { sizeBytes, sha256: `0x${hash.digest('hex')}` }
}

/** Makes what was written into a directory outlive a power cut. */
export async function syncDirectory(directory: string): Promise<void> {
  for (const path of new Set([directory, dirname(directory)])) {
    const handle = await open(path, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  }
}
