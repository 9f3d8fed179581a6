import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import { ASSOCIATED_DATA } from '../stored-layout.js'

const KEY_BYTES = 32
/** Of the twelve of a nonce; the other eight are the number of the chunk. */
const IV_BYTES = 4

/** What a data packet is encrypted with. */
export interface MessageKey {
  /** As bytes it would be prepared anew for every chunk. */
  readonly key: KeyObject
  readonly iv: Uint8Array
}

/** Derives it from the session key and the packet's salt (RFC 9580, section 5.13.2). */
export function deriveMessageKey(sessionKey: Uint8Array, salt: Uint8Array): MessageKey {
  const derived = new Uint8Array(hkdfSync('sha256', sessionKey, salt, ASSOCIATED_DATA, KEY_BYTES + IV_BYTES))
  return { key: createSecretKey(derived.subarray(0, KEY_BYTES)), iv: derived.subarray(KEY_BYTES) }
}
