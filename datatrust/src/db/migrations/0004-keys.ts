import { type Kysely, sql } from 'kysely'

const statements = [
  // Of the OpenPGP key for which the key packets are.
  `ALTER TABLE uploads ADD COLUMN key_fingerprint text`,
  `ALTER TABLE uploads ADD COLUMN shredded_at bigint CHECK (shredded_at IS NULL OR blob_key IS NULL)`,
  // What is left of content that was destroyed.
  `CREATE TABLE shreds (
    account text NOT NULL,
    upload_id text NOT NULL,
    listings text NOT NULL,
    sha256 text NOT NULL,
    content_root text NOT NULL,
    size_bytes bigint NOT NULL,
    reason text NOT NULL,
    shredded_at bigint NOT NULL,
    PRIMARY KEY (account, upload_id)
  )`,
  `CREATE FUNCTION refuse_change_of_shreds() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'what was shredded stays on record'; END $$`,
  `CREATE TRIGGER shreds_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON shreds
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_shreds()`,
]

/** Which key opens what, and what was destroyed. */
export const keys = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db)
  },
}
