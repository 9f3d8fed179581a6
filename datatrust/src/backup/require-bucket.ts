import { type BucketPlace, type NotedBucket, placeOf } from '../config/bucket-note.js'
import { NoBucketError } from './backup-errors.js'

/** To which a backup refers. Throws NoBucketError where blobs are on the disk. */
export function requireBucket(dataDirectory: string, bucket: NotedBucket | undefined): BucketPlace {
  if (bucket === undefined) throw new NoBucketError(dataDirectory)
  return placeOf(bucket)
}
