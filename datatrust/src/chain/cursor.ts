import type { Database, DatabaseTransaction } from '../db/open-database.js'
import type { BlockMark } from './chain.js'

/** How far the chain was read. */
export interface Cursor extends BlockMark {
  /** Latest block that the chain called final by then; -1 if it calls none so. */
  finalizedNumber: number
}

/** Blocks below the cursor whose changes can be undone, final or not. */
const KEEP_BLOCKS = 1_024

export async function findCursor(db: Database | DatabaseTransaction): Promise<Cursor | undefined> {
  const row = await db.selectFrom('cursor').selectAll().executeTakeFirst()
  if (row === undefined) return undefined
  return { number: row.block_number, hash: row.block_hash, finalizedNumber: row.finalized_number }
}

/** Moves the cursor on, remembers its block, and forgets what nobody will go back to. */
export async function advanceCursor(trx: DatabaseTransaction, cursor: Cursor): Promise<void> {
  await writeCursor(trx, cursor)
  const mark = { block_number: cursor.number, block_hash: cursor.hash }
  await trx
    .insertInto('marks')
    .values(mark)
    .onConflict((conflict) => conflict.column('block_number').doUpdateSet(mark))
    .execute()
  const floor = await trx
    .selectFrom('marks')
    .select('block_number')
    .where('block_number', '<=', Math.min(cursor.finalizedNumber, cursor.number - KEEP_BLOCKS))
    .orderBy('block_number', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (floor === undefined) return
  await trx.deleteFrom('marks').where('block_number', '<', floor.block_number).execute()
  await trx.deleteFrom('undos').where('block_number', '<=', floor.block_number).execute()
}

/** Sets the cursor back to a block that is remembered, or to before the first. */
export async function rewindCursor(trx: DatabaseTransaction, cursor: Cursor | undefined): Promise<void> {
  await trx
    .deleteFrom('marks')
    .where('block_number', '>', cursor?.number ?? -1)
    .execute()
  if (cursor === undefined) await trx.deleteFrom('cursor').execute()
  else await writeCursor(trx, cursor)
}

/** Blocks that are remembered, the latest first. */
export async function listMarks(db: Database): Promise<BlockMark[]> {
  const rows = await db.selectFrom('marks').selectAll().orderBy('block_number', 'desc').execute()
  return rows.map((row) => ({ number: row.block_number, hash: row.block_hash }))
}

/** True if nobody else has moved the cursor since it was read. */
export function isSameCursor(a: Cursor | undefined, b: Cursor | undefined): boolean {
  return a?.number === b?.number && a?.hash === b?.hash
}

async function writeCursor(trx: DatabaseTransaction, { number, hash, finalizedNumber }: Cursor): Promise<void> {
  const row = { id: 1, block_number: number, block_hash: hash, finalized_number: finalizedNumber }
  await trx
    .insertInto('cursor')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute()
}
