import { BadBlobKeyError } from './blob-errors.js'

/** Longest key of a blob, in characters. */
export const MAX_BLOB_KEY_CHARACTERS = 200

const KEY_PATTERN = /^[a-z0-9][a-z0-9_-]*(?:\/[a-z0-9_-]+)*$/
const PREFIX_PATTERN = /^(?:[a-z0-9][a-z0-9_-]*(?:\/[a-z0-9_-]+)*\/?)?$/

/** Throws `BadBlobKeyError` unless `key` is a path of lower-case names that cannot leave its directory. */
export function assertBlobKey(key: string): void {
  assertLength(key)
  if (!KEY_PATTERN.test(key)) throw new BadBlobKeyError(key, 'has a character or a shape that is not allowed')
}

/** True for what `assertBlobKey` takes. */
export function isBlobKey(key: string): boolean {
  return key.length <= MAX_BLOB_KEY_CHARACTERS && KEY_PATTERN.test(key)
}

/** As `assertBlobKey`, for the start of keys: may be empty, and may end in "/". */
export function assertBlobPrefix(prefix: string): void {
  assertLength(prefix)
  if (!PREFIX_PATTERN.test(prefix)) throw new BadBlobKeyError(prefix, 'has a character or a shape that is not allowed')
}

function assertLength(key: string): void {
  if (key.length > MAX_BLOB_KEY_CHARACTERS) {
    throw new BadBlobKeyError(key, `has ${key.length} characters, at most ${MAX_BLOB_KEY_CHARACTERS} are allowed`)
  }
}
