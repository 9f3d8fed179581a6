import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { S3BlobStore } from '@gristmill/storage/s3'
import { describe, inject } from 'vitest'
import { readBucketParams } from '../src/config/open-blobs.js'
import { describeProcesses } from './_processes.js'
import type { Stage } from './_util.js'

const s3 = inject('s3Server')

// One process over a bucket, and several over one directory, are tried each time.
describe.skipIf(s3 === undefined || !process.env.GRISTMILL_DEEP)('over an S3 server (deep only)', () => {
  const { endpoint = '', ...credentials } = s3 ?? {}
  /** Other tests use the same bucket. */
  const place = { name: 'datatrust', region: 'us-east-1', endpoint, prefix: 'processes/' }
  const credentialsFileOf = ({ directory }: Stage) => join(directory, 'bucket.json')

  describeProcesses({
    name: 'bucket',
    variables: async (stage) => {
      await writeFile(credentialsFileOf(stage), JSON.stringify(credentials), { mode: 0o600 })
      return {
        DATATRUST_S3_BUCKET: place.name,
        DATATRUST_S3_REGION: place.region,
        DATATRUST_S3_ENDPOINT: place.endpoint,
        DATATRUST_S3_PREFIX: place.prefix,
        DATATRUST_S3_CREDENTIALS_FILE: credentialsFileOf(stage),
      }
    },
    open: async (stage) =>
      S3BlobStore.open(await readBucketParams({ ...place, credentialsFile: credentialsFileOf(stage) })),
    tried: 'blobs',
  })
})
