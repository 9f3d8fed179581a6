import { type Kysely, sql } from 'kysely'

const statements = [
  `CREATE TABLE cursor (
    id smallint PRIMARY KEY CHECK (id = 1),
    block_number bigint NOT NULL,
    block_hash text NOT NULL
  )`,
  `CREATE TABLE nonces (
    account text NOT NULL,
    nonce text NOT NULL,
    expiry bigint NOT NULL,
    PRIMARY KEY (account, nonce)
  )`,
  `CREATE INDEX nonces_expiry ON nonces (expiry)`,
  `CREATE TABLE uploads (
    account text NOT NULL,
    upload_id text NOT NULL,
    files text NOT NULL,
    size_bytes bigint NOT NULL,
    created_at bigint NOT NULL,
    blob_key text UNIQUE,
    sha256 text,
    content_root text,
    secret bytea,
    key_packets bytea,
    PRIMARY KEY (account, upload_id),
    CHECK ((blob_key IS NULL) = (sha256 IS NULL)),
    CHECK ((blob_key IS NULL) = (content_root IS NULL)),
    CHECK ((blob_key IS NULL) = (secret IS NULL)),
    CHECK ((blob_key IS NULL) = (key_packets IS NULL))
  )`,
  `CREATE TABLE attestations (
    listing text NOT NULL,
    terms_hash text NOT NULL,
    services smallint NOT NULL,
    account text NOT NULL,
    upload_id text NOT NULL,
    metadata text NOT NULL,
    policy text,
    rows_at_most bigint,
    answer text NOT NULL,
    expiry bigint NOT NULL,
    PRIMARY KEY (listing, terms_hash, services),
    FOREIGN KEY (account, upload_id) REFERENCES uploads (account, upload_id) ON DELETE CASCADE
  )`,
  `CREATE INDEX attestations_upload ON attestations (account, upload_id)`,
  `CREATE TABLE listings (
    listing text PRIMARY KEY,
    position bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    market text NOT NULL,
    maker text NOT NULL,
    upload_id text NOT NULL,
    content_root text NOT NULL,
    size_bytes bigint NOT NULL,
    policy_hash text NOT NULL,
    metadata_hash text NOT NULL,
    metadata text NOT NULL,
    policy text,
    rows_at_most bigint,
    FOREIGN KEY (maker, upload_id) REFERENCES uploads (account, upload_id)
  )`,
  `CREATE TABLE algorithms (
    sha256 text PRIMARY KEY,
    module bytea NOT NULL,
    created_at bigint NOT NULL
  )`,
  `CREATE TABLE quotes (
    digest text PRIMARY KEY,
    order_id text NOT NULL,
    deal text NOT NULL,
    goods text NOT NULL,
    signature text NOT NULL,
    recipient_public_key text NOT NULL,
    algorithm text REFERENCES algorithms (sha256),
    parameters text,
    buyer text NOT NULL,
    maker text NOT NULL,
    kind text NOT NULL,
    place_by bigint NOT NULL
  )`,
  `CREATE INDEX quotes_order ON quotes (order_id)`,
  `CREATE INDEX quotes_buyer ON quotes (buyer, place_by)`,
  `CREATE INDEX quotes_place_by ON quotes (place_by)`,
  `CREATE TABLE orders (
    order_id text PRIMARY KEY,
    digest text NOT NULL REFERENCES quotes (digest),
    listing text NOT NULL REFERENCES listings (listing),
    buyer text NOT NULL,
    maker text NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    fulfil_by bigint NOT NULL,
    message_key text,
    message_header bytea,
    message_bytes bigint,
    receipt text,
    receipt_signature text,
    metrics text,
    release_at bigint,
    closed_because text,
    placed_position bigint GENERATED ALWAYS AS IDENTITY
  )`,
  `CREATE INDEX orders_state ON orders (state)`,
  `CREATE INDEX orders_maker ON orders (maker, state)`,
  `CREATE TABLE decisions (
    order_id text PRIMARY KEY REFERENCES orders (order_id),
    released_hash text NOT NULL,
    approved boolean NOT NULL,
    signature text NOT NULL
  )`,
  `CREATE TABLE ledger (
    position bigint PRIMARY KEY,
    dataset text NOT NULL,
    sponsor text NOT NULL,
    order_id text NOT NULL UNIQUE,
    bits bigint NOT NULL CHECK (bits >= 0),
    head text NOT NULL
  )`,
  `CREATE INDEX ledger_dataset ON ledger (dataset, sponsor)`,
  `CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$`,
  `CREATE TRIGGER ledger_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
]

/** Everything the first release keeps. Amounts live inside the signed documents, as JSON text that is kept exactly. */
export const initial = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db)
  },
}
