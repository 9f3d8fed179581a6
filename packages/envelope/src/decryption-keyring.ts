import type { Hex } from '@gristmill/protocol'
import type { DecryptionKey } from './decryption-key.js'
import { WrongKeyError } from './message-errors.js'
import { openedBy } from './opener.js'
import { type SessionKey, unwrapSessionKey } from './session-key.js'

/** What `decryptionKeyring` takes. */
export interface DecryptionKeyringParams {
  /** Of the key that messages are sealed for now. */
  fingerprint: Hex
  /** Tried one after the other, asked for anew for each message. */
  keys: () => readonly DecryptionKey[]
  /** Called when none of them opens a message; true if there are others now, and it is worth another try. */
  refresh?: () => Promise<boolean>
}

/** Several keys as one: opens what is sealed for any of them, as while one replaces another. */
export function decryptionKeyring({ fingerprint, keys, refresh }: DecryptionKeyringParams): DecryptionKey {
  return openedBy(fingerprint, async (keyPackets) => {
    const found = await firstOf(keys(), keyPackets)
    if (found !== undefined || refresh === undefined || !(await refresh())) return found
    return firstOf(keys(), keyPackets)
  })
}

async function firstOf(keys: readonly DecryptionKey[], keyPackets: Uint8Array): Promise<SessionKey | undefined> {
  for (const key of keys) {
    try {
      return await unwrapSessionKey(keyPackets, key)
    } catch (error) {
      if (!(error instanceof WrongKeyError)) throw error
    }
  }
  return undefined
}
