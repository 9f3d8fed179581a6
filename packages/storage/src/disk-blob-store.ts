import { constants } from 'node:fs'
import { type FileHandle, link, lstat, mkdir, open, readdir, realpath, rm, unlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import {
  BadBlobKeyError,
  BlobDamagedError,
  BlobExistsError,
  BlobNotFoundError,
  DirectoryLockedError,
  StorageClosedError,
  StorageParameterError,
} from './blob-errors.js'
import { assertBlobKey, assertBlobPrefix } from './blob-key.js'
import { assertPutParams, rangeWithin } from './blob-parameters.js'
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
/** The same while many blobs are being read, so that all of them do not take much memory together. */
const CROWD_CHUNK_BYTES = 64 * 1024
/** More readers than that are a crowd. So many buffers are kept for the next one: as garbage they cost more than the reading. */
const FEW_READERS = 32
/** What nobody has written to for so long is not being written any more. */
const ABANDONED_MS = 24 * 3_600_000

/** What `DiskBlobStore.open` takes beside the directory. */
export interface OpenDiskParams {
  /**
   * `exclusive`, the default: one process holds the directory. `shared`: as many as there are, none of which this package
   * keeps out; what a crash left half written is cleared a day later.
   */
  access?: 'exclusive' | 'shared'
}

/**
 * Blobs as files: `blobs/<key>.blob`, and `incoming/` for what is being written. One process at a time holds a
 * directory, unless all that use it share it. The file system must have hard links: they put a file under its key without ever replacing another.
 */
export class DiskBlobStore implements BlobStore {
  readonly #directory: string
  readonly #blobs: string
  readonly #incoming: string
  readonly #lock: DirectoryLock | undefined
  readonly #spare: Buffer[] = []
  #readers = 0
  #isClosed = false

  private constructor(directory: string, lock: DirectoryLock | undefined) {
    this.#directory = directory
    this.#blobs = join(directory, 'blobs')
    this.#incoming = join(directory, 'incoming')
    this.#lock = lock
  }

  /** Opens (or makes) a store and clears what a crash left half written. Throws `DirectoryLockedError` if held. */
  static async open(directory: string, { access = 'exclusive' }: OpenDiskParams = {}): Promise<DiskBlobStore> {
    const given = resolve(directory)
    try {
      await mkdir(given, { recursive: true, mode: 0o700 })
      const root = await realpath(given)
      const lock = access === 'exclusive' ? await lockIncoming(root, given) : undefined
      const store = new DiskBlobStore(root, lock)
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
    assertPutParams(key, params)
    const incoming = await receiveFile(this.#incoming, key, source, params)
    try {
      await this.#onDisk(() => this.#publish(key, incoming))
    } finally {
      await incoming.discard()
    }
    return { sizeBytes: incoming.sizeBytes }
  }

  async open(key: string, range: BlobRange = {}): Promise<BlobReading> {
    const { sizeBytes } = await this.stat(key)
    const { start, end } = rangeWithin(key, range, sizeBytes)
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

  async clearAbandoned(startedBefore: number): Promise<number> {
    this.#checkOpen()
    return this.#onDisk(() => this.#clearIncoming(startedBefore * 1000))
  }

  /** Ends it and frees what it holds; a second call does nothing. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#lock?.close()
  }

  /** The same as `close()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #prepare(): Promise<void> {
    for (const path of [this.#blobs, this.#incoming]) await mkdir(path, { recursive: true, mode: 0o700 })
    for (const path of [this.#blobs, this.#incoming]) {
      if (!(await lstat(path)).isDirectory()) throw new BadBlobKeyError(path, 'is not a directory')
    }
    // Who holds the directory alone has begun nothing yet.
    await this.#clearIncoming(this.#lock === undefined ? Date.now() - ABANDONED_MS : Number.POSITIVE_INFINITY)
    await syncDirectory(this.#directory)
  }

  async #clearIncoming(writtenBeforeMs: number): Promise<number> {
    let cleared = 0
    for (const name of await readdir(this.#incoming)) {
      const path = join(this.#incoming, name)
      if (name.startsWith(LOCK_FILE) || !(await wasWrittenBefore(path, writtenBeforeMs))) continue
      await rm(path, { recursive: true, force: true })
      cleared += 1
    }
    return cleared
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
      if (!(await holdsTheSame(key, path, incoming.path))) throw new BlobExistsError(key)
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
    this.#readers += 1
    const chunkBytes = this.#readers > FEW_READERS ? CROWD_CHUNK_BYTES : READ_CHUNK_BYTES
    const spare = chunkBytes === READ_CHUNK_BYTES ? this.#spare.pop() : undefined
    const buffer = spare ?? Buffer.allocUnsafeSlow(2 * chunkBytes)
    let half = 0
    let offset = start
    const readNext = async (): Promise<Uint8Array> => {
      const at = half * chunkBytes
      half = 1 - half
      const wanted = Math.min(chunkBytes, end - offset)
      const { bytesRead } = await this.#onDisk(() => handle.read(buffer, at, wanted, offset))
      if (bytesRead === 0) throw new BlobDamagedError(key, end, offset)
      offset += bytesRead
      return buffer.subarray(at, at + bytesRead)
    }
    let ahead: Promise<Uint8Array> | undefined
    try {
      while (offset < end || ahead !== undefined) {
        const chunk = await (ahead ?? readNext())
        ahead = offset < end ? readNext() : undefined
        // Whoever awaits it sees it; until then it is not unhandled.
        ahead?.catch(() => undefined)
        yield chunk
      }
    } finally {
      await Promise.allSettled([ahead])
      await handle.close()
      this.#readers -= 1
      if (chunkBytes === READ_CHUNK_BYTES) this.#spare.push(buffer)
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

async function wasWrittenBefore(path: string, instantMs: number): Promise<boolean> {
  try {
    return (await lstat(path)).mtimeMs < instantMs
  } catch (error) {
    // Its writer was done with it meanwhile.
    if (isSystemError(error, 'ENOENT')) return false
    throw error
  }
}

async function holdsTheSame(key: string, path: string, otherPath: string): Promise<boolean> {
  await using files = new AsyncDisposableStack()
  const blob = files.adopt(await openBlob(key, path), (file) => file.close())
  const other = files.adopt(await open(otherPath, 'r'), (file) => file.close())
  if ((await blob.stat()).size !== (await other.stat()).size) return false
  const [one, two] = [Buffer.alloc(READ_CHUNK_BYTES), Buffer.alloc(READ_CHUNK_BYTES)]
  for (let offset = 0; ; ) {
    const { bytesRead } = await blob.read(one, 0, one.length, offset)
    if (bytesRead === 0) return true
    await other.read(two, 0, bytesRead, offset)
    if (!one.subarray(0, bytesRead).equals(two.subarray(0, bytesRead))) return false
    offset += bytesRead
  }
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
