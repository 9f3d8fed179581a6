import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, link, lstat, mkdir, open, readdir, realpath, rm, unlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Hex } from '@gristmill/protocol'
import {
  BadBlobKeyError,
  BlobDamagedError,
  BlobExistsError,
  BlobNotFoundError,
  BlobRangeError,
  BlobTooLargeError,
  DirectoryLockedError,
  StorageClosedError,
  StorageParameterError,
} from './blob-errors.js'
import { assertBlobKey, assertBlobPrefix } from './blob-key.js'
import { findBlobPath, makeBlobPath, syncDirectory } from './blob-path.js'
import {
  type BlobPage,
  type BlobRange,
  type BlobReading,
  type BlobStat,
  type BlobStore,
  type ListBlobsParams,
  MAX_LIST_KEYS,
  type PutBlobParams,
  type PutBlobResult,
} from './blob-store.js'
import { smallestKeys, walkBlobs } from './blob-walk.js'
import { type IncomingFile, receiveFile } from './incoming-file.js'
import { type DirectoryLock, LOCK_FILE, lockDirectory } from './lock-directory.js'
import { isSystemError, toStorageError } from './storage-error.js'

const READ_CHUNK_BYTES = 256 * 1024

/**
 * Blobs as files: `blobs/<key>.blob`, and `incoming/` for what is being written. One process at a time holds a
 * directory. The file system must have hard links: they put a file under its key without ever replacing another.
 */
export class DiskBlobStore implements BlobStore {
  readonly #directory: string
  readonly #blobs: string
  readonly #incoming: string
  readonly #lock: DirectoryLock
  #isClosed = false

  private constructor(directory: string, lock: DirectoryLock) {
    this.#directory = directory
    this.#blobs = join(directory, 'blobs')
    this.#incoming = join(directory, 'incoming')
    this.#lock = lock
  }

  /** Opens (or makes) a store and clears what a crash left half written. Throws `DirectoryLockedError` if held. */
  static async open(directory: string): Promise<DiskBlobStore> {
    const given = resolve(directory)
    try {
      await mkdir(given, { recursive: true, mode: 0o700 })
      const root = await realpath(given)
      const store = new DiskBlobStore(root, await lockIncoming(root, given))
      await store.#prepare().catch(async (error) => {
        await store.close()
        throw error
      })
      return store
    } catch (error) {
      throw toStorageError(error, given)
    }
  }

  async put(key: string, source: AsyncIterable<Uint8Array>, params: PutBlobParams): Promise<PutBlobResult> {
    this.#check(key)
    assertCount('maxBytes', params.maxBytes)
    if (params.expectedBytes !== undefined) {
      assertCount('expectedBytes', params.expectedBytes)
      if (params.expectedBytes > params.maxBytes) throw new BlobTooLargeError(key, params.maxBytes)
    }
    const incoming = await receiveFile(this.#incoming, key, source, params)
    try {
      await this.#onDisk(() => this.#publish(key, incoming))
    } finally {
      await incoming.discard()
    }
    return { sizeBytes: incoming.sizeBytes, sha256: incoming.sha256 }
  }

  async open(key: string, range: BlobRange = {}): Promise<BlobReading> {
    const { sizeBytes } = await this.stat(key)
    const { start = 0, end = sizeBytes } = range
    if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start || end > sizeBytes) {
      throw new BlobRangeError(key, start, end, sizeBytes)
    }
    return { sizeBytes, start, end, [Symbol.asyncIterator]: () => this.#read(key, start, end) }
  }

  async stat(key: string): Promise<BlobStat> {
    this.#check(key)
    return this.#onDisk(async () => {
      const entry = await orNotFound(key, async () => lstat(await findBlobPath(this.#blobs, key)))
      if (!entry.isFile()) throw new BadBlobKeyError(key, 'is not a regular file')
      return { sizeBytes: entry.size, storedAt: Math.floor(entry.mtimeMs / 1000) }
    })
  }

  async delete(key: string): Promise<void> {
    this.#check(key)
    await this.#onDisk(async () => {
      try {
        const path = await orNotFound(key, () => findBlobPath(this.#blobs, key))
        await orNotFound(key, () => unlink(path))
        await syncDirectory(dirname(path))
      } catch (error) {
        if (!(error instanceof BlobNotFoundError)) throw error
      }
    })
  }

  async list(prefix: string, params: ListBlobsParams = {}): Promise<BlobPage> {
    this.#checkOpen()
    assertBlobPrefix(prefix)
    const { limit = MAX_LIST_KEYS, after = '' } = params
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIST_KEYS) {
      throw new StorageParameterError('limit', limit, `1 to ${MAX_LIST_KEYS}`)
    }
    return this.#onDisk(async () => {
      const keys = await smallestKeys(keysAfter(walkBlobs(this.#blobs, prefix), after), limit + 1)
      const page = keys.slice(0, limit)
      return { keys: page, next: keys.length > limit ? page.at(-1)! : null }
    })
  }

  /** Ends it and frees what it holds; a second call does nothing. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#lock.close()
  }

  /** The same as `close()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #prepare(): Promise<void> {
    await mkdir(this.#blobs, { recursive: true, mode: 0o700 })
    for (const path of [this.#blobs, this.#incoming]) {
      if (!(await lstat(path)).isDirectory()) throw new BadBlobKeyError(path, 'is not a directory')
    }
    for (const name of await readdir(this.#incoming)) {
      if (!name.startsWith(LOCK_FILE)) await rm(join(this.#incoming, name), { recursive: true, force: true })
    }
    await syncDirectory(this.#directory)
  }

  async #publish(key: string, incoming: IncomingFile): Promise<void> {
    this.#checkOpen()
    const path = await makeBlobPath(this.#blobs, key)
    let isNew = true
    try {
      await link(incoming.path, path)
    } catch (error) {
      if (!isSystemError(error, 'EEXIST')) throw error
      isNew = false
      if ((await hashFile(key, path)) !== incoming.sha256) throw new BlobExistsError(key)
    }
    try {
      await syncDirectory(dirname(path))
    } catch (error) {
      if (isNew) await unlink(path)
      throw error
    }
  }

  async *#read(key: string, start: number, end: number): AsyncGenerator<Uint8Array, void, undefined> {
    const handle = await this.#onDisk(async () => openBlob(key, await findBlobPath(this.#blobs, key)))
    try {
      for (let offset = start; offset < end; ) {
        const chunk = new Uint8Array(Math.min(READ_CHUNK_BYTES, end - offset))
        const { bytesRead } = await this.#onDisk(() => handle.read(chunk, 0, chunk.length, offset))
        if (bytesRead === 0) throw new BlobDamagedError(key, end, offset)
        offset += bytesRead
        yield chunk.subarray(0, bytesRead)
      }
    } finally {
      await handle.close()
    }
  }

  #check(key: string): void {
    this.#checkOpen()
    assertBlobKey(key)
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new StorageClosedError(this.#directory)
  }

  async #onDisk<T>(operation: () => Promise<T>): Promise<T> {
    try {
      return await operation()
    } catch (error) {
      throw toStorageError(error, this.#directory)
    }
  }
}

/** The store's own lock, apart from one that its owner may have on the same directory. */
async function lockIncoming(root: string, given: string): Promise<DirectoryLock> {
  try {
    return await lockDirectory(join(root, 'incoming'))
  } catch (error) {
    throw error instanceof DirectoryLockedError ? new DirectoryLockedError(given) : error
  }
}

async function hashFile(key: string, path: string): Promise<Hex> {
  const handle = await openBlob(key, path)
  const hash = createHash('sha256')
  // The stream closes the handle.
  for await (const chunk of handle.createReadStream({ highWaterMark: READ_CHUNK_BYTES })) hash.update(chunk)
  return `0x${hash.digest('hex')}`
}

async function openBlob(key: string, path: string): Promise<FileHandle> {
  try {
    return await orNotFound(key, () => open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)))
  } catch (error) {
    throw isSystemError(error, 'ELOOP') ? new BadBlobKeyError(key, 'is a symbolic link') : error
  }
}

async function orNotFound<T>(key: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation()
  } catch (error) {
    throw isSystemError(error, 'ENOENT') ? new BlobNotFoundError(key) : error
  }
}

async function* keysAfter(keys: AsyncIterable<string>, after: string): AsyncGenerator<string, void, undefined> {
  for await (const key of keys) if (key > after) yield key
}

function assertCount(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new StorageParameterError(name, value, 'a whole number from 0 to 2^53 - 1')
  }
}
