import type { Context } from '../context.js'
import type { Database } from '../db/open-database.js'
import type { OrderRow } from '../db/schema.js'
import { now } from '../now.js'

/** Notes in a database that it is a copy: what it was copied from may have gone on until the copy is started. */
export async function markRestored(db: Database): Promise<void> {
  await db.insertInto('restores').values({ restored_at: now(), through_block: null }).execute()
}

/** At the first start after a restore: what is placed from here on, no earlier life of this datatrust can have run. */
export async function closeRestores({ db, chain }: Pick<Context, 'db' | 'chain'>): Promise<void> {
  const open = await db.selectFrom('restores').select('restore_id').where('through_block', 'is', null).execute()
  if (open.length === 0) return
  const through_block = await chain.blockNumber()
  await db.updateTable('restores').set({ through_block }).where('through_block', 'is', null).execute()
}

/**
 * True if one of these orders may have been run, and a receipt of it told, by the datatrust of which this database is an
 * older copy: it was placed before the copy was first started.
 */
export async function mayHaveRunBefore(
  db: Database,
  orders: readonly Pick<OrderRow, 'placed_block'>[],
): Promise<boolean> {
  const rows = await db.selectFrom('restores').select('through_block').execute()
  return rows.some(({ through_block: through }) =>
    orders.some(({ placed_block: placed }) => placed !== null && (through === null || placed <= through)),
  )
}
