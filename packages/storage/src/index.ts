export {
  BadBlobKeyError,
  BlobDamagedError,
  BlobExistsError,
  BlobNotFoundError,
  BlobRangeError,
  BlobTooLargeError,
  BlobTruncatedError,
  BucketRefusedError,
  BucketUnavailableError,
  DirectoryLockedError,
  StorageClosedError,
  StorageFullError,
  StorageIoError,
  StorageParameterError,
} from './blob-errors.js'
export { MAX_BLOB_KEY_CHARACTERS } from './blob-key.js'
export {
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
export { DiskBlobStore, type OpenDiskParams } from './disk-blob-store.js'
export { type DirectoryLock, LOCK_FILE, lockDirectory } from './lock-directory.js'
