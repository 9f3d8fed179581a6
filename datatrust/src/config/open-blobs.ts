import { type BlobStore, DiskBlobStore } from '@gristmill/storage'
import type { BucketParams } from '@gristmill/storage/s3'
import { z } from 'zod'
import { KeyFileError, readPrivateFile } from '../keys/key-file.js'
import type { BucketConfig, Config } from './config.js'

const credentialsSchema = z.strictObject({
  accessKeyId: z.string().min(1),
  secretAccessKey: z.string().min(1),
  sessionToken: z.string().min(1).optional(),
})

/** Where the blobs of a datatrust are: its disk, or its bucket. */
export async function openBlobs(config: Config): Promise<BlobStore> {
  const { bucket, dataDirectory, database } = config
  if (bucket !== undefined) return openS3(await bucketParamsOf(config, bucket))
  return DiskBlobStore.open(`${dataDirectory}/blobs`, { access: database === undefined ? 'exclusive' : 'shared' })
}

/** Its client is large: who has no bucket does not load it. */
export async function openS3(params: BucketParams): Promise<BlobStore> {
  const { S3BlobStore } = await import('@gristmill/storage/s3')
  return S3BlobStore.open(params)
}

type Identity = Pick<Config, 'chain' | 'datatrust'>

/** What is before all keys of a datatrust in its bucket. */
export function prefixOf({ chain, datatrust }: Identity, { prefix }: BucketConfig): string {
  return prefix ?? `gristmill-${chain.chainId}-${datatrust}/`
}

/** What opens the bucket of a datatrust, its credentials read. Throws KeyFileError. */
export function bucketParamsOf(identity: Identity, bucket: BucketConfig): Promise<BucketParams> {
  return readBucketParams({ ...bucket, prefix: prefixOf(identity, bucket) })
}

/** The same, of a bucket whose prefix is known. */
export async function readBucketParams({
  name,
  region,
  endpoint,
  credentialsFile,
  prefix,
  checksum,
}: BucketConfig & { readonly prefix: string }): Promise<BucketParams> {
  const { sessionToken, ...keys } = await readCredentials(credentialsFile)
  return {
    bucket: name,
    region,
    credentials: { ...keys, ...(sessionToken === undefined ? {} : { sessionToken }) },
    prefix,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(checksum === undefined ? {} : { checksum }),
  }
}

async function readCredentials(path: string): Promise<z.output<typeof credentialsSchema>> {
  const text = await readPrivateFile(path)
  try {
    return credentialsSchema.parse(JSON.parse(text))
  } catch {
    // What was read is not told: it may be half a secret.
    throw new KeyFileError(path, 'is not JSON with accessKeyId and secretAccessKey')
  }
}
