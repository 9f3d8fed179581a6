import { type Kysely, sql } from 'kysely'

const statements = [
  // A foreign key is looked up from its far end, too, whenever a row there goes.
  `CREATE INDEX listings_upload ON listings (maker, upload_id)`,
  `CREATE INDEX orders_digest ON orders (digest)`,
  `CREATE INDEX orders_listing ON orders (listing)`,
  `CREATE INDEX quotes_algorithm ON quotes (algorithm) WHERE algorithm IS NOT NULL`,
  // How many listings an upload has: those with none are looked for at every upload.
  `ALTER TABLE uploads ADD COLUMN listing_count bigint NOT NULL DEFAULT 0`,
  `UPDATE uploads SET listing_count = counted.count
    FROM (SELECT maker, upload_id, count(*) AS count FROM listings GROUP BY maker, upload_id) AS counted
    WHERE counted.maker = uploads.account AND counted.upload_id = uploads.upload_id`,
  `CREATE INDEX uploads_unlisted ON uploads (created_at) WHERE listing_count = 0`,
  `CREATE FUNCTION count_listings() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE uploads SET listing_count = listing_count + counted.count
      FROM (SELECT maker, upload_id, CASE TG_OP WHEN 'INSERT' THEN count(*) ELSE -count(*) END AS count
        FROM changed GROUP BY maker, upload_id) AS counted
      WHERE counted.maker = uploads.account AND counted.upload_id = uploads.upload_id;
    RETURN NULL;
  END $$`,
  `CREATE TRIGGER listings_are_counted AFTER INSERT ON listings
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_listings()`,
  `CREATE TRIGGER listings_are_discounted AFTER DELETE ON listings
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_listings()`,
]

/** What keeps the cost of a request from growing with the number of listings and orders. */
export const flatCosts = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db)
  },
}
