import { type Kysely, sql } from 'kysely'

const statements = [
  `CREATE TABLE catalogue (
    listing text PRIMARY KEY REFERENCES listings (listing),
    position bigint NOT NULL UNIQUE,
    market text NOT NULL,
    asset text NOT NULL,
    maker text NOT NULL,
    access_price numeric(29, 0),
    compute_price numeric(29, 0),
    exit_at bigint NOT NULL,
    changed_at_block bigint NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    search_text text NOT NULL,
    size_bytes bigint NOT NULL,
    document_bytes bigint NOT NULL,
    CHECK (access_price IS NOT NULL OR compute_price IS NOT NULL)
  )`,
  `CREATE INDEX catalogue_market ON catalogue (market, position)`,
  `CREATE INDEX catalogue_maker ON catalogue (maker, position)`,
  `CREATE INDEX catalogue_name ON catalogue (name_key, position)`,
  `CREATE INDEX catalogue_size ON catalogue (size_bytes, position)`,
  `CREATE INDEX catalogue_access_price ON catalogue (access_price, position)`,
  `CREATE INDEX catalogue_compute_price ON catalogue (compute_price, position)`,
  `CREATE INDEX catalogue_changed ON catalogue (changed_at_block)`,
  // Reading the chain again from its beginning fills the new table; what is known already stays as it is.
  `DELETE FROM cursor`,
]

/** What the catalogue is searched and sorted by: prices and exits as the chain last told them, text without case. */
export const catalogue = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db)
  },
}
