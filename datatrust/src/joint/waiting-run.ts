import { sql } from 'kysely'
import type { Cursor } from '../chain/cursor.js'
import type { Context } from '../context.js'
import type { OrderRow } from '../db/schema.js'
import { isFinal } from '../orders/order-finality.js'

/**
 * Of a joint run one order stands for all, once all are here. Of the others nothing is to be done: orders that somebody
 * placed alone hold up nobody else's.
 */
export const standsForRun = sql<boolean>`(
  orders.order_id = (SELECT min(order_id) FROM orders AS others WHERE others.run_id = orders.run_id)
  AND orders.run_size = (
    SELECT count(*) FROM orders AS others
    WHERE others.run_id = orders.run_id AND others.state = 'running' AND others.placed_block IS NOT NULL
  )
)`

/** True if every payment of an order's run is as final as their sum asks for: they buy one model. */
export async function isRunFinal(
  ctx: Context,
  { run_id }: Pick<OrderRow, 'run_id'>,
  cursor: Cursor | undefined,
): Promise<boolean> {
  if (run_id === null) return true
  const payments = await ctx.db
    .selectFrom('orders')
    .innerJoin('catalogue', 'catalogue.listing', 'orders.listing')
    .select(['orders.price', 'orders.placed_block', 'catalogue.asset'])
    .where('run_id', '=', run_id)
    .where('placed_block', 'is not', null)
    .execute()
  return payments.every(({ asset, placed_block }) => {
    const same = payments.filter((other) => other.asset === asset)
    const price = same.reduce((sum, other) => sum + BigInt(other.price), 0n)
    return isFinal(ctx, { asset, placed_block, price: price.toString() }, cursor)
  })
}
