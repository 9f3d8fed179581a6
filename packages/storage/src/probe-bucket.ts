import { randomBytes } from 'node:crypto'
import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { type BucketParams, createS3Client, requireBucket, statusOf, toBucketError } from './bucket.js'

/** What a bucket was found to do. */
export interface BucketProbe {
  /** Its clock, Unix seconds; absent if it does not tell. */
  clock?: number
  /** Never replaces an object when asked not to. */
  hasConditionalWrites: boolean
  /** Refuses bytes that are not those whose MD5 was sent. */
  checksMd5: boolean
  /** Checks and keeps a CRC32C. */
  hasCrc32c: boolean
}

/** An MD5 of something else. */
const WRONG_MD5 = 'AAAAAAAAAAAAAAAAAAAAAA=='

/**
 * Does with an object of its own what a store does: puts, reads, reads a range, sends a part, deletes; and finds out what the
 * service checks. Throws `BucketRefusedError` or `BucketUnavailableError`, naming the operation, where it is of no use.
 */
export async function probeBucket(params: BucketParams): Promise<BucketProbe> {
  const client = createS3Client({ ...params, maxAttempts: 2 })
  let clock: number | undefined
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args)
      const { date } = (result.response as { headers?: Record<string, string> }).headers ?? {}
      if (date !== undefined) clock = Math.floor(Date.parse(date) / 1000)
      return result
    },
    { step: 'deserialize', priority: 'low' },
  )
  try {
    const found = await probe(client, params)
    return { ...found, ...(clock === undefined ? {} : { clock }) }
  } finally {
    client.destroy()
  }
}

async function probe(client: S3Client, { bucket, prefix = '' }: BucketParams): Promise<Omit<BucketProbe, 'clock'>> {
  const object = { Bucket: bucket, Key: `${prefix}probe/${randomBytes(16).toString('hex')}` }
  const Body = randomBytes(1024)
  const ask = async <T>(operation: string, send: () => Promise<T>): Promise<T> => {
    try {
      return await send()
    } catch (error) {
      throw toBucketError(error, bucket, operation, object.Key)
    }
  }
  await requireBucket(client, bucket)
  await ask('PutObject', () => client.send(new PutObjectCommand({ ...object, Body })))
  try {
    const whole = await ask('GetObject', () => client.send(new GetObjectCommand(object)))
    const part = await ask('a ranged GetObject', () =>
      client.send(new GetObjectCommand({ ...object, Range: 'bytes=1000-1009' })),
    )
    const bytes = [await whole.Body!.transformToByteArray(), await part.Body!.transformToByteArray()]
    if (!Body.equals(bytes[0]!) || !Body.subarray(1000, 1010).equals(bytes[1]!)) {
      throw toBucketError({ name: 'OtherBytes', $metadata: { httpStatusCode: 400 } }, bucket, 'GetObject', object.Key)
    }
    await probeMultipart(client, object, ask)
    return {
      hasConditionalWrites: await isRefused(412, () =>
        client.send(new PutObjectCommand({ ...object, Body, IfNoneMatch: '*' })),
      ),
      checksMd5: await isRefused(400, () =>
        client.send(new PutObjectCommand({ ...object, Body, ContentMD5: WRONG_MD5 })),
      ),
      hasCrc32c: await keepsCrc32c(client, object, Body),
    }
  } finally {
    await ask('DeleteObject', () => client.send(new DeleteObjectCommand(object)))
  }
}

async function probeMultipart(
  client: S3Client,
  object: { Bucket: string; Key: string },
  ask: <T>(operation: string, send: () => Promise<T>) => Promise<T>,
): Promise<void> {
  const { UploadId } = await ask('CreateMultipartUpload', () => client.send(new CreateMultipartUploadCommand(object)))
  const upload = { ...object, UploadId }
  try {
    await ask('UploadPart', () =>
      client.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: randomBytes(1024) })),
    )
    await ask('ListParts', () => client.send(new ListPartsCommand(upload)))
  } finally {
    await ask('AbortMultipartUpload', () => client.send(new AbortMultipartUploadCommand(upload)))
  }
}

async function isRefused(status: number, send: () => Promise<unknown>): Promise<boolean> {
  return send().then(
    () => false,
    (error: unknown) => statusOf(error) === status,
  )
}

async function keepsCrc32c(client: S3Client, object: { Bucket: string; Key: string }, Body: Buffer): Promise<boolean> {
  try {
    await client.send(new PutObjectCommand({ ...object, Body, ChecksumAlgorithm: 'CRC32C' }))
    const { ChecksumCRC32C } = await client.send(new HeadObjectCommand({ ...object, ChecksumMode: 'ENABLED' }))
    return ChecksumCRC32C !== undefined
  } catch {
    return false
  }
}
