import type { OrderId } from '@gristmill/protocol'

const RETRY_MS_MAX = 60_000

/** An order that fails is tried again later and later, and holds up no other. */
export interface Patience {
  mayTry(orderId: OrderId): boolean
  failed(orderId: OrderId): void
  succeeded(orderId: OrderId): void
  /** Forgets all others. */
  keepOnly(orderIds: ReadonlySet<OrderId>): void
}

export function createPatience(): Patience {
  const failures = new Map<OrderId, { count: number; retryAt: number }>()
  return {
    mayTry: (orderId) => (failures.get(orderId)?.retryAt ?? 0) <= Date.now(),
    failed: (orderId) => {
      const count = (failures.get(orderId)?.count ?? 0) + 1
      failures.set(orderId, { count, retryAt: Date.now() + Math.min(RETRY_MS_MAX, 250 * 2 ** count) })
    },
    succeeded: (orderId) => failures.delete(orderId),
    keepOnly: (orderIds) => {
      for (const orderId of failures.keys()) if (!orderIds.has(orderId)) failures.delete(orderId)
    },
  }
}
