import { ackTypedData, type Hex, isProtocolError, type OrderId, orderDocumentSchema } from '@gristmill/protocol'
import { chainTime } from '../chain/chain-time.js'
import type { Connection } from '../connection.js'
import { DeliveryFaultError, KeyLateError } from '../errors/delivery-errors.js'
import { OrderClosedError, OrderWaitTimeoutError } from '../errors/order-errors.js'
import { DELIVERY_IDLE_TIMEOUT_MS } from '../http/limits.js'
import { requestJson } from '../http/request.js'
import { isTransient } from '../http/retries.js'
import { statusOf } from './order-status.js'
import { type SessionKey, signBySession } from './session-key.js'
import { getOrderDocument, pause } from './wait-for-order.js'

export interface AcknowledgeParams {
  orderId: OrderId
  session: SessionKey
  contentRoot: Hex
  sizeBytes: number
  /** RFC 9162 tree hash over the encrypted cells, as they arrived. */
  cipherRoot: Hex
  /** Unix seconds, of the order that waits for its key. */
  fulfilBy: number
  /** For the key. */
  timeoutMs: number
  pollMs: number
  signal?: AbortSignal | undefined
}

/**
 * Says that exactly these bytes have arrived, and waits until the chain has the key. It is said again as long as the
 * datatrust is away: what was lost on the way was said for nothing.
 */
export async function acknowledgeDelivery(connection: Connection, params: AcknowledgeParams): Promise<void> {
  const { orderId, fulfilBy, timeoutMs, pollMs, signal } = params
  const giveUpAt = Date.now() + timeoutMs
  let isSaid = false
  for (;;) {
    signal?.throwIfAborted()
    if ((await statusOf(connection, { orderId })).status !== 'placed') return
    if ((await chainTime(connection)) > fulfilBy) throw new KeyLateError(orderId, fulfilBy)
    isSaid = await (isSaid ? isStillSaid(connection, params) : say(connection, params))
    if (Date.now() + pollMs > giveUpAt) throw new OrderWaitTimeoutError(orderId, 'without its key', timeoutMs)
    await pause(pollMs, signal)
  }
}

/** False if the datatrust could not be told. */
async function say(connection: Connection, params: AcknowledgeParams): Promise<boolean> {
  const { orderId, session, contentRoot, cipherRoot, fulfilBy } = params
  const domain = { chainId: connection.chainId, verifyingContract: connection.deployment.orders }
  const ack = { orderId, contentRoot, sizeBytes: BigInt(params.sizeBytes), cipherRoot }
  try {
    await requestJson(connection, {
      method: 'POST',
      path: `/v1/orders/${orderId}/ack`,
      json: { cipherRoot, signature: signBySession(session, ackTypedData(domain, ack)) },
      as: session,
      schema: orderDocumentSchema,
      idleTimeoutMs: DELIVERY_IDLE_TIMEOUT_MS,
    })
    return true
  } catch (error) {
    if (isTransient(error)) return false
    throw isProtocolError(error, 'ACK_MISMATCH')
      ? new DeliveryFaultError(orderId, 'ack-refused', fulfilBy, error)
      : error
  }
}

/** False if the datatrust knows nothing of an Ack any more; throws if it says that nothing will come of the order. */
async function isStillSaid(connection: Connection, { orderId, session }: AcknowledgeParams): Promise<boolean> {
  try {
    const { state } = await getOrderDocument(connection, { orderId, session })
    // The chain has the last word, and is read once more before this one is believed.
    if (state === 'closed' && (await statusOf(connection, { orderId })).status === 'placed') {
      throw new OrderClosedError(orderId, state)
    }
    return state !== 'ready'
  } catch (error) {
    if (isTransient(error)) return true
    throw error
  }
}
