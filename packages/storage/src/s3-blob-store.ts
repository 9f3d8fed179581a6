import type { Readable } from 'node:stream'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { BlobExistsError, BlobNotFoundError, StorageClosedError, StorageParameterError } from './blob-errors.js'
import { assertBlobKey, assertBlobPrefix, isBlobKey } from './blob-key.js'
import { assertCount, assertPutParams, rangeWithin } from './blob-parameters.js'
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
import { BoundedSource, partsOf } from './bounded-source.js'
import {
  type BucketParams,
  DEFAULT_ATTEMPTS,
  DEFAULT_TIMEOUT_MS,
  requireBucket,
  statusOf,
  toBucketError,
  unlessDamaged,
} from './bucket.js'
import { BucketClient } from './bucket-client.js'
import { readRange } from './bucket-reading.js'
import { MultipartUploads } from './multipart-uploads.js'

const MIB = 1_048_576
/** The least that services take for a part that is not the last. */
const PART_MIN_BYTES = 5 * MIB
const PART_BYTES = 8 * MIB
const PARTS_MAX = 10_000

/** What `S3BlobStore.open` takes. */
export interface OpenS3Params extends BucketParams {
  /** Of a multipart upload, at least 5 MiB; larger where a blob would have more than 10,000. Two are held in memory for a `put`. */
  partBytes?: number
}

/**
 * Blobs as objects of a bucket. Larger ones are sent in parts; a `put` of the same content under the same key after a crash
 * goes on with the parts that are there. Where the service has conditional writes no blob is ever replaced; elsewhere that
 * holds within one process, and keys that are never used twice have to do for the rest.
 */
export class S3BlobStore implements BlobStore {
  readonly #client: BucketClient
  readonly #uploads: MultipartUploads
  readonly #partBytes: number
  readonly #turns = new Map<string, Promise<unknown>>()
  #isClosed = false

  private constructor({ partBytes = PART_BYTES, ...params }: OpenS3Params) {
    this.#client = new BucketClient(params)
    this.#uploads = new MultipartUploads(this.#client)
    this.#partBytes = partBytes
  }

  /** Opens a bucket that is there. Throws `BucketRefusedError`, `BucketUnavailableError`, `StorageParameterError`. */
  static async open(params: OpenS3Params): Promise<S3BlobStore> {
    const { partBytes = PART_BYTES } = params
    assertCount('partBytes', partBytes)
    if (partBytes < PART_MIN_BYTES) throw new StorageParameterError('partBytes', partBytes, `${PART_MIN_BYTES} or more`)
    const store = new S3BlobStore(params)
    try {
      await requireBucket(store.#client.s3, params.bucket)
      return store
    } catch (error) {
      await store.close()
      throw error
    }
  }

  async put(key: string, source: AsyncIterable<Uint8Array>, params: PutBlobParams): Promise<PutBlobResult> {
    this.#check(key)
    assertPutParams(key, params)
    return this.#inTurn(key, async () => {
      const bounded = new BoundedSource(key, source, params)
      const existing = await this.#head(key)
      if (existing === undefined) await this.#upload(key, bounded, params)
      else await this.#requireSame(key, bounded)
      return { sizeBytes: bounded.sizeBytes }
    })
  }

  async open(key: string, range: BlobRange = {}): Promise<BlobReading> {
    const { sizeBytes, etag } = await this.#require(key)
    const { start, end } = rangeWithin(key, range, sizeBytes)
    const { bucket, timeoutMs = DEFAULT_TIMEOUT_MS, maxAttempts = DEFAULT_ATTEMPTS } = this.#client.params
    const get = (from: number) =>
      this.#client.ask('GetObject', key, async () => {
        const Range = `bytes=${from}-${end - 1}`
        const { Body } = await this.#client.s3.send(
          new GetObjectCommand({ ...this.#client.object(key), Range, IfMatch: etag }),
        )
        return Body as Readable
      })
    const read = () => readRange({ bucket, key, start, end, timeoutMs, maxAttempts, get })
    return { sizeBytes, start, end, [Symbol.asyncIterator]: read }
  }

  async stat(key: string): Promise<BlobStat> {
    const { sizeBytes, storedAt } = await this.#require(key)
    return { sizeBytes, storedAt }
  }

  async delete(key: string): Promise<void> {
    this.#check(key)
    await this.#client.ask('DeleteObject', key, () =>
      this.#client.s3.send(new DeleteObjectCommand(this.#client.object(key))),
    )
  }

  async list(prefix: string, params: ListBlobsParams = {}): Promise<BlobPage> {
    this.#checkOpen()
    assertBlobPrefix(prefix)
    const { limit = MAX_LIST_KEYS, after = '' } = params
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIST_KEYS) {
      throw new StorageParameterError('limit', limit, `1 to ${MAX_LIST_KEYS}`)
    }
    const { Contents = [], IsTruncated } = await this.#client.ask('ListObjectsV2', '', () =>
      this.#client.s3.send(
        new ListObjectsV2Command({
          ...this.#client.bucket,
          Prefix: `${this.#client.prefix}${prefix}`,
          MaxKeys: limit,
          ...(after === '' ? {} : { StartAfter: `${this.#client.prefix}${after}` }),
        }),
      ),
    )
    const found = Contents.map(({ Key = '' }) => Key.slice(this.#client.prefix.length))
    // What somebody else put there is not ours to name.
    const keys = found.filter(isBlobKey)
    return { keys, next: IsTruncated === true ? (found.at(-1) ?? null) : null }
  }

  async clearAbandoned(startedBefore: number): Promise<number> {
    this.#checkOpen()
    return this.#uploads.clear(startedBefore)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#client.s3.destroy()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #upload(key: string, source: AsyncIterable<Uint8Array>, params: PutBlobParams): Promise<void> {
    const { maxBytes, expectedBytes = maxBytes } = params
    const sizeBytes = Math.max(this.#partBytes, Math.ceil(Math.min(maxBytes, expectedBytes) / PARTS_MAX / MIB) * MIB)
    const parts = partsOf(source, sizeBytes)
    try {
      const first = await parts.next()
      const body = first.value ?? Buffer.alloc(0)
      if (body.length < sizeBytes) await this.#putWhole(key, body)
      else await this.#uploads.put(key, body, parts, async () => (await this.#head(key)) !== undefined)
    } finally {
      await parts.return()
    }
  }

  async #putWhole(key: string, body: Buffer): Promise<void> {
    const { s3 } = this.#client
    const object = { ...this.#client.object(key), Body: body, ...this.#client.digestsOf(body) }
    await this.#client.writeOnce(key, (condition) =>
      unlessDamaged(() => s3.send(new PutObjectCommand({ ...object, ...condition }))),
    )
  }

  async #requireSame(key: string, source: AsyncIterable<Uint8Array>): Promise<void> {
    const stored = (await this.open(key))[Symbol.asyncIterator]()
    let left: Uint8Array = new Uint8Array()
    let isSame = true
    for await (const chunk of source) {
      for (let done = 0; isSame && done < chunk.length; ) {
        if (left.length === 0) left = (await stored.next()).value ?? left
        const part = chunk.subarray(done, done + left.length)
        isSame = part.length > 0 && Buffer.compare(part, left.subarray(0, part.length)) === 0
        left = left.subarray(part.length)
        done += part.length
      }
      if (!isSame) break
    }
    isSame &&= left.length === 0 && (await stored.next()).done === true
    await stored.return?.()
    if (!isSame) throw new BlobExistsError(key)
  }

  async #head(key: string): Promise<(BlobStat & { etag: string }) | undefined> {
    try {
      const {
        ContentLength = 0,
        LastModified,
        ETag = '',
      } = await this.#client.s3.send(new HeadObjectCommand(this.#client.object(key)))
      return { sizeBytes: ContentLength, storedAt: Math.floor((LastModified?.getTime() ?? 0) / 1000), etag: ETag }
    } catch (error) {
      if (statusOf(error) === 404) return undefined
      throw toBucketError(error, this.#client.params.bucket, 'HeadObject', key)
    }
  }

  async #require(key: string): Promise<BlobStat & { etag: string }> {
    this.#check(key)
    const found = await this.#head(key)
    if (found === undefined) throw new BlobNotFoundError(key)
    return found
  }

  /** Puts of one key in one process, one after the other. */
  async #inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(key)
    const turn = (before ?? Promise.resolve()).then(work, work)
    this.#turns.set(key, turn)
    try {
      return await turn
    } finally {
      if (this.#turns.get(key) === turn) this.#turns.delete(key)
    }
  }

  #check(key: string): void {
    this.#checkOpen()
    assertBlobKey(key)
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new StorageClosedError(this.#client.params.bucket)
  }
}
