import { type Kysely, sql } from 'kysely'

const statements = [
  `ALTER TABLE decisions ADD COLUMN reviewer text`,
  `UPDATE decisions SET reviewer = orders.maker FROM orders WHERE orders.order_id = decisions.order_id`,
  `ALTER TABLE decisions ALTER COLUMN reviewer SET NOT NULL`,
  `ALTER TABLE decisions DROP CONSTRAINT decisions_pkey`,
  `ALTER TABLE decisions ADD PRIMARY KEY (order_id, reviewer)`,
  `ALTER TABLE decisions ADD COLUMN position bigint GENERATED ALWAYS AS IDENTITY`,
]

/** Who decided: several may about one order. */
export const reviewers = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db)
  },
}
