import { createDecipheriv } from 'node:crypto'
import { TamperedMessageError } from '../message-errors.js'
import { ASSOCIATED_DATA, chunkNonce, finalAssociatedData, type StoredLayout, TAG_BYTES } from '../stored-layout.js'
import type { MessageKey } from './message-key.js'

/** Results of this size are cheap to get and to give back, one of a whole chunk is not. */
const UPDATE_BYTES = 64 * 1024

/** What `openChunk` takes. */
export interface OpenChunkParams {
  layout: StoredLayout
  key: MessageKey
  /** Which one. */
  chunk: number
  /** What is stored of it (`StoredLayout.recordBytes`). */
  record: Uint8Array
}

/**
 * Decrypts one chunk of a stored asset, with the last one the final tag as well. `take` gets the plaintext piece by piece, with
 * where it lies in the chunk: nothing of it may be used before this returns. Throws `TamperedMessageError`.
 */
export function openChunk(
  { layout, key, chunk, record }: OpenChunkParams,
  take: (plain: Uint8Array, offset: number) => void,
): void {
  const isLast = chunk === layout.chunks - 1
  const end = record.length - (isLast ? TAG_BYTES : 0)
  // Before the end of the asset is told, it is known to be its end.
  if (isLast) {
    decrypt(key, layout.chunks, finalAssociatedData(layout.literal.framedBytes), record.subarray(end), take)
  }
  decrypt(key, chunk, ASSOCIATED_DATA, record.subarray(0, end), take)
}

/** Decrypts what is before the tag, and checks that. */
function decrypt(
  { key, iv }: MessageKey,
  index: number,
  associatedData: Uint8Array,
  record: Uint8Array,
  take: (plain: Uint8Array, offset: number) => void,
): void {
  const decipher = createDecipheriv('aes-256-gcm', key, chunkNonce(iv, index), { authTagLength: TAG_BYTES })
  decipher.setAAD(associatedData)
  const endBytes = record.length - TAG_BYTES
  decipher.setAuthTag(record.subarray(endBytes))
  for (let done = 0; done < endBytes; done += UPDATE_BYTES) {
    take(decipher.update(record.subarray(done, Math.min(endBytes, done + UPDATE_BYTES))), done)
  }
  try {
    decipher.final()
  } catch {
    throw new TamperedMessageError()
  }
}
