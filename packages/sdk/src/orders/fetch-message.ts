import { type DecryptionKey, openMessage, readDecryptionKey } from '@gristmill/envelope'
import type { Connection } from '../connection.js'
import { DELIVERY_IDLE_TIMEOUT_MS } from '../http/limits.js'
import { requestBytes } from '../http/request.js'
import type { OrderParams } from './order-status.js'

export interface FetchMessageParams extends OrderParams {
  /** The order's message, or the opening that proves it. */
  part: 'message' | 'opening'
  /** Armored, or unlocked by `readDecryptionKey`. */
  privateKey: string | DecryptionKey
  /** Most bytes of plaintext. */
  maxBytes: number
}

/** Plaintext of an OpenPGP message of an order, as it streams in; only the end of the loop says that it was whole. */
export async function fetchMessage(
  connection: Connection,
  params: FetchMessageParams,
): Promise<AsyncIterable<Uint8Array>> {
  const { orderId, part, privateKey, maxBytes } = params
  const key = typeof privateKey === 'string' ? await readDecryptionKey(privateKey) : privateKey
  const message = await requestBytes(connection, {
    method: 'GET',
    path: `/v1/orders/${orderId}/${part}`,
    as: 'account',
    idleTimeoutMs: DELIVERY_IDLE_TIMEOUT_MS,
  })
  return openMessage(message, key, { maxBytes })
}
