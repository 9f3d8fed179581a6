import { type Kysely, sql } from 'kysely'

/**
 * Finds parts of words in the catalogue without reading all of it. On a PostgreSQL that lacks the extension pg_trgm, or whose
 * operator lets us make none, searches read on without it.
 */
export const search = {
  async up(db: Kysely<unknown>): Promise<void> {
    const { rows } = await sql<{ usable: boolean }>`SELECT
      EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm') OR
      (EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm') AND
        has_database_privilege(current_database(), 'CREATE')) AS usable`.execute(db)
    if (rows[0]?.usable !== true) return
    await sql`CREATE EXTENSION IF NOT EXISTS pg_trgm`.execute(db)
    // Without its list of what is pending, which the embedded database would never empty and every search would read.
    await sql`CREATE INDEX catalogue_search ON catalogue USING gin (search_text gin_trgm_ops)
      WITH (fastupdate = off)`.execute(db)
  },
}
