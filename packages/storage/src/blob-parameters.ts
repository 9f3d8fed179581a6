import { BlobRangeError, BlobTooLargeError, StorageParameterError } from './blob-errors.js'
import type { BlobRange, PutBlobParams } from './blob-store.js'

export function assertCount(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new StorageParameterError(name, value, 'a whole number from 0 to 2^53 - 1')
  }
}

export function assertPutParams(key: string, { maxBytes, expectedBytes }: PutBlobParams): void {
  assertCount('maxBytes', maxBytes)
  if (expectedBytes === undefined) return
  assertCount('expectedBytes', expectedBytes)
  if (expectedBytes > maxBytes) throw new BlobTooLargeError(key, maxBytes)
}

/** The range that is meant, or `BlobRangeError`. */
export function rangeWithin(key: string, range: BlobRange, sizeBytes: number): { start: number; end: number } {
  const { start = 0, end = sizeBytes } = range
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start || end > sizeBytes) {
    throw new BlobRangeError(key, start, end, sizeBytes)
  }
  return { start, end }
}
