import { type Kysely, sql } from 'kysely'

const statements = [
  // Content that is to be fetched for an upload. The URL goes when it has been.
  `CREATE TABLE fetches (
    account text NOT NULL,
    upload_id text NOT NULL,
    url text NOT NULL,
    sha256 text,
    requested_at bigint NOT NULL,
    tries bigint NOT NULL DEFAULT 0,
    holder text,
    -- Before it nobody else begins: while somebody fetches, and between two tries.
    held_until timestamptz NOT NULL DEFAULT '-infinity',
    failed_code text,
    failed_message text,
    PRIMARY KEY (account, upload_id),
    FOREIGN KEY (account, upload_id) REFERENCES uploads ON DELETE CASCADE,
    CHECK ((failed_code IS NULL) = (failed_message IS NULL))
  )`,
  `CREATE INDEX fetches_pending ON fetches (requested_at) WHERE failed_code IS NULL`,
]

/** Content that the datatrust fetches itself. */
export const fetches = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db)
  },
}
