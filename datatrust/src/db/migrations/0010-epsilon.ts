import { type Kysely, sql } from 'kysely'

/** What a run spends of the privacy budget, beside its bits; what was charged before spent none. */
export const epsilon = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`ALTER TABLE ledger ADD COLUMN epsilon_micros bigint NOT NULL DEFAULT 0 CHECK (epsilon_micros >= 0)`.execute(
      db,
    )
  },
}
