import { type DecryptionKey, openMessage, readDecryptionKey } from '@gristmill/envelope'
import type { Connection } from '../connection.js'
import { type ReadMessageParams, readMessage } from './read-message.js'

export interface FetchMessageParams extends ReadMessageParams {
  /** Armored, or unlocked by `readDecryptionKey`. */
  privateKey: string | DecryptionKey
  /** Most bytes of plaintext. */
  maxBytes: number
}

/** Plaintext of the message of an order, as it streams in; only the end of the loop says that it was whole. */
export async function* fetchMessage(connection: Connection, params: FetchMessageParams): AsyncGenerator<Uint8Array> {
  const { privateKey, maxBytes, ...rest } = params
  const key = typeof privateKey === 'string' ? await readDecryptionKey(privateKey) : privateKey
  yield* openMessage(readMessage(connection, rest), key, { maxBytes })
}
