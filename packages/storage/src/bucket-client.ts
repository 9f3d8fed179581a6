import { createHash } from 'node:crypto'
import type { S3Client } from '@aws-sdk/client-s3'
import { BlobExistsError } from './blob-errors.js'
import { type BucketParams, createS3Client, statusOf, toBucketError } from './bucket.js'

/** Objects of one bucket by the keys of their blobs, under typed errors. */
export class BucketClient {
  readonly s3: S3Client
  readonly params: BucketParams
  readonly prefix: string
  /** Until the service says that it has none. */
  #hasConditionalWrites = true

  constructor(params: BucketParams) {
    this.s3 = createS3Client(params)
    this.params = params
    this.prefix = params.prefix ?? ''
  }

  get bucket(): { Bucket: string } {
    return { Bucket: this.params.bucket }
  }

  /** Key of a blob's object. */
  keyOf(key: string): string {
    return `${this.prefix}${key}`
  }

  object(key: string): { Bucket: string; Key: string } {
    return { ...this.bucket, Key: this.keyOf(key) }
  }

  /** With which the service checks a body, and as configured keeps its checksum. */
  digestsOf(body: Uint8Array): { ContentMD5: string; ChecksumAlgorithm?: 'CRC32C' } {
    const { checksum } = this.params
    const ContentMD5 = md5(body).toString('base64')
    return checksum === undefined ? { ContentMD5 } : { ContentMD5, ChecksumAlgorithm: checksum }
  }

  async ask<T>(operation: string, key: string, send: () => Promise<T>): Promise<T> {
    try {
      return await send()
    } catch (error) {
      throw toBucketError(error, this.params.bucket, operation, key)
    }
  }

  /** Writes unless there is such an object, as far as the service knows of conditions. Throws `BlobExistsError`. */
  async writeOnce(key: string, write: (condition: { IfNoneMatch?: string }) => Promise<unknown>): Promise<void> {
    try {
      if (this.#hasConditionalWrites) {
        await write({ IfNoneMatch: '*' })
        return
      }
    } catch (error) {
      if (statusOf(error) === 412) throw new BlobExistsError(key)
      if (statusOf(error) !== 501) throw toBucketError(error, this.params.bucket, 'a write', key)
      this.#hasConditionalWrites = false
    }
    await this.ask('a write', key, () => write({}))
  }
}

/** What the ETag of a part is made of. */
export function md5(bytes: Uint8Array): Buffer {
  return createHash('md5').update(bytes).digest()
}
