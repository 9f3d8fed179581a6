import { type Kysely, sql } from 'kysely'

/** Content that was damaged when it had to be compared. */
export const unread = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw(`ALTER TABLE uploads ADD COLUMN unread_at bigint`).execute(db)
  },
}
