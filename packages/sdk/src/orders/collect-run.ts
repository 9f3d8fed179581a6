import { type OrderId, runIdOf } from '@gristmill/protocol'
import type { Connection } from '../connection.js'
import { InvalidParameterError } from '../errors/connection-errors.js'
import { type CollectModelParams, type CollectModelResult, collectModelOf } from './collect-model.js'
import { findPlaced } from './get-order.js'
import type { PartialDownload } from './partial-download.js'
import { requireOneRun } from './require-one-run.js'
import { verifiedRun } from './verified-run.js'

/** What `client.orders.collectRun` takes. */
export interface CollectRunParams extends Omit<CollectModelParams, 'orderId' | 'partial'> {
  /** All orders of a joint run. */
  orderIds: readonly OrderId[]
  /** Where what comes of an order is kept; default: in memory. */
  partialOf?: (orderId: OrderId) => PartialDownload
}

/** What `client.orders.collectRun` gives. */
export interface CollectRunResult extends Pick<CollectModelResult, 'model' | 'metrics'> {
  /** Of each order, as `collectModel` verifies it. */
  runs: (Pick<CollectModelResult, 'receipt' | 'receiptSignature'> & { orderId: OrderId })[]
}

/**
 * Collects the model of a joint run. Every order has a fair exchange of its own, of the same model: all are acknowledged,
 * then the datatrust reveals all keys. Nothing is acknowledged unless the receipts of all orders tell of one run.
 */
export async function collectRun(connection: Connection, params: CollectRunParams): Promise<CollectRunResult> {
  const { orderIds, partialOf, signal, ...more } = params
  const placed = await Promise.all(orderIds.map((orderId) => findPlaced(connection, orderId)))
  const runId = orderIds.length === 0 ? undefined : runIdOf(orderIds)
  if (placed.length === 0 || placed.some(({ goods }) => goods.runId !== runId)) {
    throw new InvalidParameterError(
      'orderIds',
      'are not all orders of one joint run: name those that `orders.run` gives.',
    )
  }
  const { session } = params
  const told = await Promise.all(placed.map((terms) => verifiedRun(connection, { ...terms, session })))
  requireOneRun(told.map(({ receipt }) => receipt))
  const ending = new AbortController()
  const signals = AbortSignal.any([ending.signal, ...(signal === undefined ? [] : [signal])])
  try {
    const collected = await Promise.all(
      orderIds.map((orderId) => {
        const partial = partialOf?.(orderId)
        return collectModelOf(connection, { ...more, orderId, signal: signals, ...(partial && { partial }) })
      }),
    )
    const [{ model, metrics }] = collected as [CollectModelResult]
    const runs = collected.map(({ receipt, receiptSignature }) => ({
      orderId: receipt.orderId,
      receipt,
      receiptSignature,
    }))
    return { model, metrics, runs }
  } finally {
    // Where one failed, nobody waits for the others.
    ending.abort()
  }
}
