import { type Kysely, sql } from 'kysely'

/** What a run's owner alone may see of it. */
export const privateLog = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`ALTER TABLE orders ADD COLUMN private_log text`.execute(db)
  },
}
