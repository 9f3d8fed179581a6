import { HeadBucketCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import { ProtocolError } from '@gristmill/protocol'
import { BlobNotFoundError, BucketRefusedError, BucketUnavailableError } from './blob-errors.js'

/** What opens a bucket; the credentials are from a file, never from arguments. */
export interface BucketParams {
  /** URL of an S3 service; default: that of AWS in the region. */
  endpoint?: string
  region: string
  bucket: string
  credentials: BucketCredentials
  /** Before all keys, for example `gristmill/`. */
  prefix?: string
  /** Has the service check and keep a CRC32C of all that is sent. Not all services do; `gristmill datatrust doctor` tells. */
  checksum?: 'CRC32C'
  /** Silence after which a request is given up and made again. */
  timeoutMs?: number
  /** Requests made until one succeeds. */
  maxAttempts?: number
}

/** Of an account at an S3 service. */
export interface BucketCredentials {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
}

export const DEFAULT_TIMEOUT_MS = 30_000
export const DEFAULT_ATTEMPTS = 5
const CONNECT_TIMEOUT_MS = 5_000
const DAMAGED_ATTEMPTS = 3

/** What a service says of bytes that are not those that were sent. */
const DAMAGED = new Set(['BadDigest', 'InvalidDigest', 'XAmzContentSHA256Mismatch'])
const MISSING = new Set(['NotFound', 'NoSuchKey'])

/** An S3 client: retries with growing pauses and jitter, and a limit on every silence. */
export function createS3Client(params: BucketParams): S3Client {
  const { endpoint, region, credentials, timeoutMs = DEFAULT_TIMEOUT_MS, maxAttempts = DEFAULT_ATTEMPTS } = params
  const requestHandler: S3ClientConfig['requestHandler'] = {
    connectionTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: timeoutMs,
    throwOnRequestTimeout: true,
    socketTimeout: timeoutMs,
  }
  return new S3Client({
    region,
    // A copy: the SDK writes into what it gets.
    credentials: { ...credentials },
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    maxAttempts,
    retryMode: 'standard',
    // What is sent is signed with its SHA-256 and carries its MD5: every service checks these.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler,
  })
}

/** Name of what an S3 service, or the way to it, reports. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown'
}

export function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode
}

/** The typed error for what the SDK throws. */
export function toBucketError(error: unknown, bucket: string, operation: string, key: string): unknown {
  if (error instanceof ProtocolError) return error
  const status = statusOf(error)
  const reason = status === undefined ? reasonOf(error) : `${status} ${reasonOf(error)}`
  if (MISSING.has(reasonOf(error))) return new BlobNotFoundError(key)
  const isRefusal = status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 429
  if (isRefusal || status === 501) return new BucketRefusedError(bucket, operation, reason, error)
  return new BucketUnavailableError(bucket, operation, reason, error)
}

/** Throws `BucketRefusedError` or `BucketUnavailableError` unless the bucket is there, and ours. */
export async function requireBucket(client: S3Client, bucket: string): Promise<void> {
  try {
    await client.send(new HeadBucketCommand({ Bucket: bucket }))
  } catch (error) {
    if (statusOf(error) === 404) throw new BucketRefusedError(bucket, 'HeadBucket', '404 NoSuchBucket', error)
    throw toBucketError(error, bucket, 'HeadBucket', '')
  }
}

/** Sends again what was damaged on its way, which the SDK takes for a refusal. */
export async function unlessDamaged<T>(send: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send()
    } catch (error) {
      if (attempt === DAMAGED_ATTEMPTS || !DAMAGED.has(reasonOf(error))) throw error
    }
  }
}
