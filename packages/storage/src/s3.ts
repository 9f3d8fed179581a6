export { type BucketCredentials, type BucketParams, createS3Client } from './bucket.js'
export { type BucketProbe, probeBucket } from './probe-bucket.js'
export { type OpenS3Params, S3BlobStore } from './s3-blob-store.js'
