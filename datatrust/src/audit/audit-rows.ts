import type { Database } from '../db/open-database.js'
import type { AuditRange, AuditRow } from './audit-row.js'
import { readDeliveries } from './read-audit-deliveries.js'
import { readActs, readChainEvents } from './read-audit-events.js'
import { readLostOrders, readOrders } from './read-audit-orders.js'

/**
 * Everything that an audit tells, a page at a time and in an order that is always the same: orders, lost ones, deliveries,
 * what the chain told, what was done here.
 */
export async function* readAuditRows(db: Database, range: AuditRange): AsyncGenerator<AuditRow[], void, undefined> {
  yield* readOrders(db, range)
  yield* readLostOrders(db, range)
  yield* readDeliveries(db, range)
  yield* readChainEvents(db, range)
  yield* readActs(db, range)
}
