import type { Database, DatabaseTransaction } from '../db/open-database.js'
import type { OrderRow } from '../db/schema.js'

type Known = Pick<OrderRow, 'order_id' | 'run_id'>

/** An order and those that it was placed with, by their ids. */
export async function ordersOfRun(db: Database, order: Known): Promise<OrderRow[]> {
  return (await select(db, order).execute()).toSorted(byId)
}

/** The same, locked until the transaction ends: what concerns all of them changes all of them or none. */
export async function lockRun(trx: DatabaseTransaction, order: Known): Promise<OrderRow[]> {
  return (await select(trx, order).forUpdate().execute()).toSorted(byId)
}

/** True if they are all the orders of their run. */
export function isWhole(orders: readonly OrderRow[]): boolean {
  return orders.length > 0 && orders.length === (orders[0]?.run_size ?? 1)
}

function select(db: Database | DatabaseTransaction, { order_id, run_id }: Known) {
  const all = db.selectFrom('orders').selectAll().where('placed_block', 'is not', null).orderBy('order_id')
  return run_id === null ? all.where('order_id', '=', order_id) : all.where('run_id', '=', run_id)
}

/** Whatever the database's collation is. */
const byId = (a: Known, b: Known) => (a.order_id < b.order_id ? -1 : 1)
