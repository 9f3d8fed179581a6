import { type Kysely, sql } from 'kysely'

const statements = [
  `CREATE TABLE restores (
     restore_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     restored_at bigint NOT NULL DEFAULT extract(epoch FROM now())::bigint,
     through_block bigint
   )`,
]

/** That a database is a copy of an earlier one, and up to which block that one may have gone on. */
export const restores = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db)
  },
}
