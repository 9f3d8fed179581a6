import { type Kysely, sql } from 'kysely'

const statements = [
  // Reading the chain again from its beginning fills what is new.
  `DELETE FROM cursor`,
  `DELETE FROM marks`,
  `ALTER TABLE orders ADD COLUMN placed_at bigint`,
  `CREATE INDEX orders_placed ON orders (placed_block, order_id)`,
  // What the chain told about listings and orders of this datatrust.
  `CREATE TABLE chain_events (
    block_number bigint NOT NULL,
    log_index bigint NOT NULL,
    type text NOT NULL,
    listing text,
    order_id text,
    happened_at bigint NOT NULL,
    transaction_hash text NOT NULL,
    PRIMARY KEY (block_number, log_index),
    CHECK ((listing IS NULL) <> (order_id IS NULL))
  )`,
  `CREATE INDEX chain_events_order ON chain_events (order_id)`,
  // Orders that were placed here and of whose quotes this database knows nothing.
  `CREATE TABLE lost_orders (
    order_id text PRIMARY KEY,
    listing text NOT NULL,
    buyer text NOT NULL,
    maker text NOT NULL,
    kind text NOT NULL,
    is_fair boolean NOT NULL,
    price numeric(29, 0) NOT NULL,
    token text NOT NULL,
    algorithm text NOT NULL,
    placed_block bigint NOT NULL,
    placed_at bigint NOT NULL,
    refund_from bigint NOT NULL
  )`,
  `CREATE INDEX lost_orders_placed ON lost_orders (placed_block, order_id)`,
  // A row for each order, part, account and day, so that asking again and again does not fill the disk.
  `CREATE TABLE deliveries (
    day bigint NOT NULL,
    order_id text NOT NULL,
    part text NOT NULL,
    account text NOT NULL,
    answers bigint NOT NULL,
    offered_bytes bigint NOT NULL,
    sent_bytes bigint NOT NULL,
    first_at bigint NOT NULL,
    last_at bigint NOT NULL,
    PRIMARY KEY (day, order_id, part, account)
  )`,
  `CREATE INDEX deliveries_order ON deliveries (order_id)`,
  `CREATE TABLE acts (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    happened_at bigint NOT NULL,
    type text NOT NULL,
    account text,
    listing text,
    order_id text,
    subject text,
    details text NOT NULL
  )`,
  `CREATE INDEX acts_order ON acts (order_id)`,
  `INSERT INTO acts (happened_at, type, account, listing, subject, details)
    SELECT shredded_at, 'content-shredded', account, CAST(listings AS json) ->> 0, upload_id,
      json_build_object('contentRoot', content_root, 'reason', reason, 'sha256', sha256, 'sizeBytes', size_bytes)::text
    FROM shreds ORDER BY shredded_at, upload_id`,
  `CREATE FUNCTION refuse_change_of_acts() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'what was done stays on record'; END $$`,
  `CREATE TRIGGER acts_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON acts
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_acts()`,
]

/** What an audit asks for: who did and got what, and when. */
export const audit = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db)
  },
}
