import { sql } from 'kysely'
import type { Database } from './open-database.js'

/** As autovacuum has them by default (PostgreSQL, "The Autovacuum Daemon"): so many rows, and so large a part of a table. */
const ROWS_MIN = 50
const DEAD_PART = 0.2
const CHANGED_PART = 0.1
/** What counts changes begins at zero after a crash: a table of this size is looked at once then. */
const UNKNOWN_BYTES = 8 * 1_048_576
/** Transactions after which old rows are frozen, long before their numbers come round. */
const FREEZE_AGE = 100_000_000

/** What is done to one table, in the order in which it was found to be due. */
export interface TendedTable {
  table: string
  /** Whether room was made of dead rows; if not, only what the planner knows of the table was renewed. */
  isVacuumed: boolean
}

/**
 * Does for the embedded database what PostgreSQL does by itself in a server of its own, and nothing does here: takes the room
 * of dead rows back, without which a table that is filled and emptied grows for ever, and tells the planner how tables have
 * grown, without which it sorts all that it should walk through. One table after the other: others get their turn in between.
 */
export async function tendTables(db: Database): Promise<TendedTable[]> {
  // What the last transactions changed is counted within a second otherwise, or when there is a next one.
  await sql`SELECT pg_stat_force_next_flush()`.execute(db)
  const { rows } = await sql<{ name: string; isVacuumed: boolean }>`
    SELECT name, is_vacuumed AS "isVacuumed" FROM (
      SELECT format('%I.%I', n.nspname, c.relname) AS name, c.oid AS oid,
        greatest(age(c.relfrozenxid), 0) > ${sql.lit(FREEZE_AGE)}
          OR s.n_dead_tup > ${sql.lit(ROWS_MIN)} + ${sql.lit(DEAD_PART)} * greatest(c.reltuples, 0)
          OR (s.last_vacuum IS NULL AND s.last_analyze IS NULL AND pg_relation_size(c.oid) > ${sql.lit(UNKNOWN_BYTES)})
          AS is_vacuumed,
        s.n_mod_since_analyze > ${sql.lit(ROWS_MIN)} + ${sql.lit(CHANGED_PART)} * greatest(c.reltuples, 0) AS is_changed
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_stat_all_tables s ON s.relid = c.oid
      WHERE c.relkind = 'r'
    ) AS tables
    WHERE is_vacuumed OR is_changed ORDER BY oid`.execute(db)
  for (const { name, isVacuumed } of rows) {
    await sql.raw(`${isVacuumed ? 'VACUUM (ANALYZE)' : 'ANALYZE'} ${name}`).execute(db)
  }
  return rows.map(({ name, isVacuumed }) => ({ table: name, isVacuumed }))
}
