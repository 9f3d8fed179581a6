import { isProtocolError, type OrderDocument, orderDocumentSchema } from '@gristmill/protocol'
import type { Connection } from '../connection.js'
import { OrderClosedError, OrderWaitTimeoutError } from '../errors/order-errors.js'
import { requestJson } from '../http/request.js'
import type { OrderParams } from './order-status.js'
import type { SessionKey } from './session-key.js'

/** Where a datatrust is with an order. */
export type OrderState = OrderDocument['state']

/** What `client.orders.document` takes. */
export interface OrderDocumentParams extends OrderParams {
  /** Asks in place of the account, for an order that names it. */
  session?: SessionKey | undefined
}

/** What the datatrust says about an order; to its buyer and its maker. */
export function getOrderDocument(
  connection: Connection,
  { orderId, session }: OrderDocumentParams,
): Promise<OrderDocument> {
  return requestJson(connection, {
    method: 'GET',
    path: `/v1/orders/${orderId}`,
    as: session ?? 'account',
    schema: orderDocumentSchema,
  })
}

/** What `client.orders.wait` takes. */
export interface WaitForOrderParams extends OrderDocumentParams {
  /** Any of these ends the wait; default: `ready` or `done`. */
  until?: readonly OrderState[]
  /** Default: ten minutes. */
  timeoutMs?: number
  /** Between two questions; default: half a second. */
  pollMs?: number
  /** Ends the wait with the signal's reason. */
  signal?: AbortSignal
  /** Called with every new state. */
  onState?: (state: OrderState) => void
}

const WAIT_MS = 600_000
const POLL_MS = 500
/** States in which there is something to fetch, or nothing more to wait for. */
const COLLECTABLE: readonly OrderState[] = ['ready', 'done']

/** Asks the datatrust until an order is where it is awaited. A datatrust that is down for a while is waited for. */
export async function waitForOrder(connection: Connection, params: WaitForOrderParams): Promise<OrderDocument> {
  const { orderId, session, until = COLLECTABLE, timeoutMs = WAIT_MS, pollMs = POLL_MS, signal, onState } = params
  const giveUpAt = Date.now() + timeoutMs
  let state: OrderState | 'unknown' = 'unknown'
  for (;;) {
    signal?.throwIfAborted()
    const document = await askPatiently(connection, { orderId, session })
    if (document !== undefined) {
      if (document.state !== state) onState?.(document.state)
      state = document.state
      if (until.includes(state)) return document
      if (state === 'closed') throw new OrderClosedError(orderId, state)
    }
    if (Date.now() + pollMs > giveUpAt) throw new OrderWaitTimeoutError(orderId, state, timeoutMs)
    await pause(pollMs, signal)
  }
}

async function askPatiently(connection: Connection, params: OrderDocumentParams): Promise<OrderDocument | undefined> {
  try {
    return await getOrderDocument(connection, params)
  } catch (error) {
    if (isProtocolError(error) && error.retryable) return undefined
    throw error
  }
}

/** Resolves after a while, or as soon as the signal says so. */
export function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, milliseconds)
    signal?.addEventListener('abort', end)
  })
}
