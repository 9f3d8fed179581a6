import type { Hex } from '@gristmill/protocol'
import type { DecryptionKey } from './decryption-key.js'
import type { SessionKey } from './session-key.js'

/**
 * Opens key packets for a decryption key whose private part is not here; undefined if none of them is for it.
 *
 * @internal
 */
export type Opener = (keyPackets: Uint8Array) => Promise<SessionKey | undefined>

const openers = new WeakMap<DecryptionKey, Opener>()

/** @internal */
export function openedBy(fingerprint: Hex, opener: Opener): DecryptionKey {
  const key = Object.freeze({ fingerprint })
  openers.set(key, opener)
  return key
}

/** @internal */
export function openerOf(key: DecryptionKey): Opener | undefined {
  return openers.get(key)
}
