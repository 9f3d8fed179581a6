import type { ByteSource } from './byte-stream.js'
import { EmptyAssetError } from './content-errors.js'
import type { ContentHasher } from './content-hasher.js'
import { RecipientSealingError } from './message-errors.js'
import type { Recipient } from './recipient.js'
import { sealMessage } from './seal-message.js'
import type { SealedMessage } from './sealed-message.js'

/** What `sealAsset` takes. */
export interface SealAssetParams {
  /** Whose key keeps the asset at rest; it must read SEIPDv2. */
  recipient: Recipient
  /** Hashes the plaintext in the same pass; take its digest when `data` has been read to the end. */
  hasher?: ContentHasher
}

/**
 * Encrypts an asset to be stored: one SEIPDv2 AES-256-GCM data packet, apart from its key packets, so that `rewrap`
 * can give it to others without touching it. Reading `data` throws `EmptyAssetError` at the end of an empty source.
 */
export async function sealAsset(source: ByteSource, { recipient, hasher }: SealAssetParams): Promise<SealedMessage> {
  if (recipient.sealing !== 'seipd-v2') throw new RecipientSealingError(recipient.fingerprint)
  return sealMessage(hashed(source, hasher), { recipient })
}

async function* hashed(source: ByteSource, hasher: ContentHasher | undefined): AsyncGenerator<Uint8Array> {
  let isEmpty = true
  for await (const chunk of source) {
    if (chunk.length === 0) continue
    isEmpty = false
    await hasher?.update(chunk)
    yield chunk
  }
  if (isEmpty) throw new EmptyAssetError()
}
