import { type Kysely, sql } from 'kysely'

/** How runs came about, and what keeps the heads of the ledger, which that names, from telling about the data. */
export const provenance = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`ALTER TABLE orders ADD COLUMN provenance text`.execute(db)
    await sql`ALTER TABLE ledger ADD COLUMN nonce text`.execute(db)
  },
}
