import type { DecryptionKey } from './decryption-key.js'
import { openMessage } from './open-message.js'
import type { Recipient } from './recipient.js'
import { rewrap } from './rewrap.js'
import { sealMessage } from './seal-message.js'
import { messageOf, type SealedMessage } from './sealed-message.js'

/** What `deliver` and `recode` take. */
export interface DeliverParams {
  /** Opens the stored message. */
  decryptionKey: DecryptionKey
  recipient: Recipient
  /** Size of the asset: more plaintext than this is refused. */
  maxBytes: number
}

export interface Delivery extends SealedMessage {
  /** `rewrap`: the stored data as it is. `recode`: decrypted and encrypted again as it streams. */
  method: 'rewrap' | 'recode'
}

/** Gives a stored message to `recipient` in the cheapest way its key can read. */
export async function deliver(stored: SealedMessage, params: DeliverParams): Promise<Delivery> {
  const { decryptionKey, recipient } = params
  if (recipient.sealing !== 'seipd-v2') return { ...(await recode(stored, params)), method: 'recode' }
  return {
    keyPackets: await rewrap(stored.keyPackets, { decryptionKey, recipient }),
    data: stored.data,
    method: 'rewrap',
  }
}

/**
 * Encrypts a stored message again, as a stream, in the format that `recipient` reads: SEIPDv1 for GnuPG.
 * If the stored message fails authentication the new one stops short, and no reader accepts it.
 */
export async function recode(
  stored: SealedMessage,
  { decryptionKey, recipient, maxBytes }: DeliverParams,
): Promise<SealedMessage> {
  return sealMessage(openMessage(messageOf(stored), decryptionKey, { maxBytes }), { recipient })
}
