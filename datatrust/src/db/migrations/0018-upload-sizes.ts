import { type Kysely, sql } from 'kysely'

/** Content of one account that may be the same: looked for at every attestation. */
export const uploadSizes = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw(`CREATE INDEX uploads_size ON uploads (account, size_bytes)`).execute(db)
  },
}
