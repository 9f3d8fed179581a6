import { createMessage, encrypt } from 'openpgp'
import { type ByteSource, fromWebStream, peekSource, toWebStream } from './byte-stream.js'
import { DATA_PACKET_HEAD_BYTES, describeDataPacket } from './data-packet.js'
import { SealingMismatchError } from './message-errors.js'
import { SETTINGS } from './openpgp-settings.js'
import { encryptionKeyOf, type Recipient } from './recipient.js'
import type { SealedMessage } from './sealed-message.js'
import { newSessionKey, type SessionKey, wrapSessionKey } from './session-key.js'

/** What `sealMessage` and `sealBytes` take. */
export interface SealMessageParams {
  recipient: Recipient
}

/**
 * Encrypts `source` for a recipient in the format its key can read (`recipient.sealing`).
 * Nothing is read from `source` before `data` is.
 */
export async function sealMessage(source: ByteSource, { recipient }: SealMessageParams): Promise<SealedMessage> {
  const key = await encryptionKeyOf(recipient)
  const sessionKey = await newSessionKey(key, recipient.sealing)
  return { keyPackets: await wrapSessionKey(sessionKey, key), data: encryptData(source, sessionKey) }
}

async function* encryptData(source: ByteSource, { openpgp, sealing }: SessionKey): AsyncGenerator<Uint8Array> {
  const message = await createMessage({
    binary: toWebStream(source),
    format: 'binary',
    filename: '',
    date: new Date(0),
  })
  const encrypted = await encrypt({ message, sessionKey: openpgp, format: 'binary', config: SETTINGS })
  const { head, source: packet } = await peekSource(fromWebStream(encrypted), DATA_PACKET_HEAD_BYTES)
  // The library picks packet and cipher from preferences; what it picked is checked before a byte leaves.
  const shape = describeDataPacket(head)
  if (shape.sealing !== sealing) throw new SealingMismatchError(sealing)
  yield* packet
}
