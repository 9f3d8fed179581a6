import { type Kysely, sql } from 'kysely'

const statements = [
  `ALTER TABLE quotes ADD COLUMN run_id text`,
  `ALTER TABLE quotes ADD COLUMN run_size bigint`,
  `ALTER TABLE quotes ADD CHECK ((run_id IS NULL) = (run_size IS NULL))`,
  `ALTER TABLE orders ADD COLUMN run_id text`,
  `ALTER TABLE orders ADD COLUMN run_size bigint`,
  `CREATE INDEX orders_run ON orders (run_id) WHERE run_id IS NOT NULL`,
  `ALTER TABLE attestations ADD COLUMN algorithm_terms text`,
  `ALTER TABLE listings ADD COLUMN algorithm_terms text`,
]

/** Runs over several listings, and listings of algorithms. */
export const jointRuns = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db)
  },
}
