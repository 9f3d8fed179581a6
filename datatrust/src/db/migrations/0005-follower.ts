import { type Kysely, sql } from 'kysely'

const statements = [
  // Reading the chain again from its beginning fills what is new.
  `DELETE FROM cursor`,
  `ALTER TABLE cursor ADD COLUMN finalized_number bigint NOT NULL`,
  `CREATE TABLE marks (
    block_number bigint PRIMARY KEY,
    block_hash text NOT NULL
  )`,
  `CREATE TABLE undos (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    block_number bigint NOT NULL,
    undo text NOT NULL
  )`,
  `CREATE INDEX undos_block ON undos (block_number)`,
  `ALTER TABLE listings ADD COLUMN published_block bigint`,
  `DROP INDEX catalogue_changed`,
  `ALTER TABLE catalogue DROP COLUMN changed_at_block`,
  `ALTER TABLE orders
    ADD COLUMN placed_block bigint,
    ADD COLUMN price numeric(29, 0) NOT NULL DEFAULT 0,
    ADD COLUMN ended text,
    ADD COLUMN ended_block bigint,
    ADD CHECK ((ended IS NULL) = (ended_block IS NULL))`,
  `CREATE TABLE claims (
    order_id text PRIMARY KEY REFERENCES orders (order_id) ON DELETE CASCADE,
    holder text NOT NULL,
    expires_at timestamptz NOT NULL
  )`,
  `CREATE TABLE transactions (
    signer text NOT NULL,
    nonce bigint NOT NULL,
    call text NOT NULL,
    raw text NOT NULL,
    hashes text NOT NULL,
    first_sent_at bigint NOT NULL,
    sent_at bigint NOT NULL,
    is_mined boolean NOT NULL DEFAULT false,
    PRIMARY KEY (signer, nonce)
  )`,
  `CREATE INDEX transactions_call ON transactions (signer, call)`,
]

/** What follows a chain that changes its mind, several processes on one queue of orders, and the signer's transactions. */
export const follower = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db)
  },
}
