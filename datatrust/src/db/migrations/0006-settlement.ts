import { type Kysely, sql } from 'kysely'

const statements = [
  // Reading the chain again from its beginning fills what is new.
  `DELETE FROM cursor`,
  `ALTER TABLE orders
    ADD COLUMN delivery_hash text,
    ADD COLUMN settles_after bigint,
    ADD CHECK ((delivery_hash IS NULL) = (settles_after IS NULL))`,
  // Orders that wait for their settlement, of which there is something to pay out.
  `CREATE INDEX orders_settle ON orders (settles_after) WHERE ended = 'fulfilled' AND price > 0`,
]

/** With what and when an order is settled. */
export const settlement = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db)
  },
}
