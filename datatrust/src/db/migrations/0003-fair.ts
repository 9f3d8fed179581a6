import { type Kysely, sql } from 'kysely'

const statements = [
  `ALTER TABLE uploads ADD COLUMN leaves_key text UNIQUE`,
  `ALTER TABLE quotes ALTER COLUMN recipient_public_key DROP NOT NULL`,
  `ALTER TABLE quotes ADD COLUMN ack_key text`,
  `ALTER TABLE quotes ADD COLUMN quote_id text UNIQUE`,
  `ALTER TABLE quotes ADD CHECK ((ack_key IS NULL) = (quote_id IS NULL))`,
  `ALTER TABLE orders ADD COLUMN ack_key text`,
  `ALTER TABLE orders ADD COLUMN cipher_root text`,
  `ALTER TABLE orders ADD COLUMN ack text`,
  `ALTER TABLE orders ADD CHECK (ack IS NULL OR cipher_root IS NOT NULL)`,
]

/** Delivery by the fair exchange: leaf lists of assets, key and session key of a quote, root and Ack of an order. */
export const fair = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db)
  },
}
