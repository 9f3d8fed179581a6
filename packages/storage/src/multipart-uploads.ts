import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { BucketRefusedError, BucketUnavailableError } from './blob-errors.js'
import { reasonOf, unlessDamaged } from './bucket.js'
import { type BucketClient, md5 } from './bucket-client.js'

interface Part {
  PartNumber: number
  ETag: string
  ChecksumCRC32C?: string
}

/** Of one blob, by its upload at the service; the parts that are there, by their number, with their ETag. */
interface Upload {
  key: string
  uploadId: string
  known: ReadonlyMap<number, string>
}

/** Blobs sent in parts. One whose upload was broken off goes on with the parts that are there. */
export class MultipartUploads {
  readonly #client: BucketClient
  /** Those that this process is at. */
  readonly #underWay = new Set<string>()

  constructor(client: BucketClient) {
    this.#client = client
  }

  /** Sends a blob part by part; `exists` says whether it is there. Throws `BlobExistsError`, what a bucket throws and what `rest` throws. */
  async put(key: string, first: Buffer, rest: AsyncGenerator<Buffer>, exists: () => Promise<boolean>): Promise<void> {
    const upload = await this.#resume(key)
    const { uploadId } = upload
    this.#underWay.add(uploadId)
    const parts: Part[] = []
    const send = async (number: number, body: Buffer) => {
      parts.push(await this.#putPart(upload, number, body))
    }
    try {
      let sending = send(1, first)
      let number = 1
      try {
        for await (const body of rest) {
          await sending
          number += 1
          sending = send(number, body)
        }
      } finally {
        await sending
      }
      await this.#complete(upload, parts, exists)
    } catch (error) {
      // A bucket that fails may be back when the same is put again; a source that failed will not be, and what exists stays.
      if (!isBucketError(error)) await this.#abort(this.#client.keyOf(key), uploadId)
      throw error
    } finally {
      this.#underWay.delete(uploadId)
    }
  }

  /** Clears those that were begun before a time, seconds, and that nobody here is at. Returns how many. */
  async clear(startedBefore: number): Promise<number> {
    let cleared = 0
    for await (const { Key = '', UploadId = '', Initiated } of this.#list(this.#client.prefix)) {
      if (this.#underWay.has(UploadId) || (Initiated?.getTime() ?? 0) / 1000 >= startedBefore) continue
      await this.#abort(Key, UploadId)
      cleared += 1
    }
    return cleared
  }

  /** One of this key that was broken off, or a new one. */
  async #resume(key: string): Promise<Upload> {
    const { s3, params } = this.#client
    const { checksum } = params
    for await (const { Key, UploadId = '' } of this.#list(this.#client.keyOf(key))) {
      if (Key !== this.#client.keyOf(key) || this.#underWay.has(UploadId) || checksum !== undefined) continue
      return { key, uploadId: UploadId, known: await this.#partsOf(key, UploadId) }
    }
    const { UploadId } = await this.#client.ask('CreateMultipartUpload', key, () =>
      s3.send(
        new CreateMultipartUploadCommand({
          ...this.#client.object(key),
          ...(checksum === undefined ? {} : { ChecksumAlgorithm: checksum }),
        }),
      ),
    )
    return { key, uploadId: UploadId!, known: new Map() }
  }

  async #partsOf(key: string, UploadId: string): Promise<Map<number, string>> {
    const known = new Map<number, string>()
    for (let marker: { PartNumberMarker?: string | undefined } = {}; ; ) {
      const page = await this.#client.ask('ListParts', key, () =>
        this.#client.s3.send(new ListPartsCommand({ ...this.#client.object(key), UploadId, ...marker })),
      )
      for (const { PartNumber = 0, ETag = '' } of page.Parts ?? []) known.set(PartNumber, ETag)
      if (page.IsTruncated !== true) return known
      marker = { PartNumberMarker: page.NextPartNumberMarker }
    }
  }

  /** Sends a part, unless it is there: its ETag is then its MD5. */
  async #putPart({ key, uploadId, known }: Upload, number: number, body: Buffer): Promise<Part> {
    const there = known.get(number)
    if (there === `"${md5(body).toString('hex')}"`) return { PartNumber: number, ETag: there }
    const { ETag = '', ChecksumCRC32C } = await this.#client.ask('UploadPart', key, () =>
      unlessDamaged(() =>
        this.#client.s3.send(
          new UploadPartCommand({
            ...this.#client.object(key),
            UploadId: uploadId,
            PartNumber: number,
            Body: body,
            ...this.#client.digestsOf(body),
          }),
        ),
      ),
    )
    return { PartNumber: number, ETag, ...(ChecksumCRC32C === undefined ? {} : { ChecksumCRC32C }) }
  }

  async #complete({ key, uploadId }: Upload, Parts: Part[], exists: () => Promise<boolean>): Promise<void> {
    await this.#client.writeOnce(key, async (condition) => {
      try {
        await this.#client.s3.send(
          new CompleteMultipartUploadCommand({
            ...this.#client.object(key),
            UploadId: uploadId,
            MultipartUpload: { Parts },
            ...condition,
          }),
        )
      } catch (error) {
        // The answer to the first try was lost on its way.
        if (reasonOf(error) === 'NoSuchUpload' && (await exists())) return
        throw error
      }
    })
  }

  async *#list(prefix: string) {
    for (let markers = {}; ; ) {
      const page = await this.#client.ask('ListMultipartUploads', '', () =>
        this.#client.s3.send(new ListMultipartUploadsCommand({ ...this.#client.bucket, Prefix: prefix, ...markers })),
      )
      yield* page.Uploads ?? []
      if (page.IsTruncated !== true) return
      markers = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
    }
  }

  async #abort(objectKey: string, UploadId: string): Promise<void> {
    await this.#client.ask('AbortMultipartUpload', objectKey, async () => {
      try {
        await this.#client.s3.send(
          new AbortMultipartUploadCommand({ ...this.#client.bucket, Key: objectKey, UploadId }),
        )
      } catch (error) {
        if (reasonOf(error) !== 'NoSuchUpload') throw error
      }
    })
  }
}

function isBucketError(error: unknown): boolean {
  return error instanceof BucketUnavailableError || error instanceof BucketRefusedError
}
