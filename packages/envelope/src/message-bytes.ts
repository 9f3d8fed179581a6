import { readAll } from './byte-stream.js'
import type { DecryptionKey } from './decryption-key.js'
import { type OpenMessageParams, openMessage } from './open-message.js'
import { type SealMessageParams, sealMessage } from './seal-message.js'
import { messageOf } from './sealed-message.js'

/** Encrypts bytes that fit in memory, a model for example, into one whole message. */
export async function sealBytes(bytes: Uint8Array, params: SealMessageParams): Promise<Uint8Array> {
  return readAll(messageOf(await sealMessage(once(bytes), params)))
}

/** Decrypts a message that fits in memory. */
export async function openBytes(
  message: Uint8Array,
  decryptionKey: DecryptionKey,
  params: OpenMessageParams,
): Promise<Uint8Array> {
  return readAll(openMessage(once(message), decryptionKey, params))
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes
}
