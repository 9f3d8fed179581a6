import { type Kysely, sql } from 'kysely'

const statements = [
  // The secret of the blinds is there before the content; its plain hash only where somebody needed it.
  `ALTER TABLE uploads DROP CONSTRAINT uploads_check, DROP CONSTRAINT uploads_check2`,
  `UPDATE uploads SET secret = decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex')
    WHERE blob_key IS NULL AND shredded_at IS NULL`,
  `ALTER TABLE uploads ADD CHECK ((secret IS NULL) = (shredded_at IS NOT NULL))`,
  `ALTER TABLE shreds ALTER COLUMN sha256 DROP NOT NULL`,
]

/** What an upload is known by before and after its content has come. */
export const contentDigest = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db)
  },
}
