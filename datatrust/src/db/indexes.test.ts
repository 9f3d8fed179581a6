import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from './open-database.js'

describe('the schema', () => {
  let directory: string
  let db: Database
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'gristmill-schema-'))
    db = await openDatabase({ directory: join(directory, 'db') })
  })
  afterAll(async () => {
    await db?.destroy()
    await rm(directory, { recursive: true, force: true })
  })

  /** Foreign keys whose columns no index begins with: a row that goes at the far end has the whole table read. */
  async function unindexed(): Promise<string[]> {
    const { rows } = await sql<{ name: string }>`SELECT conname AS name FROM pg_constraint c
      WHERE contype = 'f' AND NOT EXISTS (
        SELECT 1 FROM pg_index i WHERE i.indrelid = c.conrelid
          AND (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey
          AND (i.indkey::int2[])[0:cardinality(c.conkey) - 1] <@ c.conkey
      ) ORDER BY conname`.execute(db)
    return rows.map(({ name }) => name)
  }

  it('has an index for every foreign key', async () => {
    expect(await unindexed()).toEqual([])
    await sql`DROP INDEX orders_digest`.execute(db)
    expect(await unindexed()).toEqual(['orders_digest_fkey'])
  })
})
