import type { DecryptionKey } from './decryption-key.js'
import { RecipientSealingError } from './message-errors.js'
import { encryptionKeyOf, type Recipient } from './recipient.js'
import { assertKeyPackets } from './sealed-message.js'
import { unwrapSessionKey, wrapSessionKey } from './session-key.js'

/** What `rewrap` takes. */
export interface RewrapParams {
  /** Opens the key packets at hand. */
  decryptionKey: DecryptionKey
  /** Gets the message next; its key must read the format the data is in. */
  recipient: Recipient
}

/**
 * Makes key packets that give a stored message to another recipient: the same data packet behind them is a valid
 * message for that recipient, so the data is neither read nor encrypted again.
 */
export async function rewrap(keyPackets: Uint8Array, { decryptionKey, recipient }: RewrapParams): Promise<Uint8Array> {
  assertKeyPackets(keyPackets)
  const key = await encryptionKeyOf(recipient)
  const sessionKey = await unwrapSessionKey(keyPackets, decryptionKey)
  if (sessionKey.sealing === 'seipd-v2' && recipient.sealing !== 'seipd-v2') {
    throw new RecipientSealingError(recipient.fingerprint)
  }
  return wrapSessionKey(sessionKey, key)
}
