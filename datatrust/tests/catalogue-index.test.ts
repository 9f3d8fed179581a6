import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listListingsSchema } from '@gristmill/protocol'
import { CompiledQuery, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Context } from '../src/context.js'
import { type Database, openDatabase } from '../src/db/open-database.js'
import { searchCatalogue } from '../src/listings/search-catalogue.js'

const LISTINGS = 5_000
const METADATA = JSON.stringify({
  version: 1,
  name: 'Corn',
  license: 'CC0-1.0',
  files: [{ name: 'corn', sizeBytes: 1 }],
})
const zeros = (letter: string) => `0x${letter.repeat(64)}`

describe('a search in a large catalogue', () => {
  let directory: string
  let db: Database
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'gristmill-catalogue-'))
    db = await openDatabase({ directory: join(directory, 'db') })
    const account = `0x${'a'.repeat(40)}`
    await sql`INSERT INTO uploads (account, upload_id, files, size_bytes, created_at, secret)
      VALUES (${account}, ${zeros('1')}, '[]', 1, 0, ${Buffer.alloc(32)})`.execute(db)
    await sql`INSERT INTO listings (listing, market, maker, upload_id, content_root, size_bytes, policy_hash, metadata_hash, metadata)
      SELECT '0x' || lpad(to_hex(i), 64, '0'), ${zeros('2')}, ${account}, ${zeros('1')}, ${zeros('3')}, 1, ${zeros('0')}, ${zeros('4')},
        ${METADATA} FROM generate_series(1, CAST(${LISTINGS} AS int)) AS i`.execute(db)
    await sql`INSERT INTO catalogue (listing, position, market, asset, maker, access_price, exit_at, name_key,
        search_text, size_bytes, document_bytes)
      SELECT listing, position, market, ${account}, maker, 1, 0, 'corn ' || position, 'corn from field ' || position, 1, 100
      FROM listings`.execute(db)
    await sql`ANALYZE`.execute(db)
  }, 60_000)
  afterAll(async () => {
    await db?.destroy()
    await rm(directory, { recursive: true, force: true })
  })

  /** What is found, and how the database looks for it. */
  async function search(query: Record<string, string>) {
    const asked: CompiledQuery[] = []
    const watched = db.withPlugin({
      transformQuery: ({ node, queryId }) => {
        asked.push(db.getExecutor().compileQuery(node, queryId))
        return node
      },
      transformResult: async ({ result }) => result,
    })
    const ctx = { db: watched, follower: { chainTime: () => 0 } } as unknown as Context
    const { listings } = await searchCatalogue(ctx, listListingsSchema.parse(query))
    const [find] = asked as [CompiledQuery]
    const { rows } = await db.executeQuery(CompiledQuery.raw(`EXPLAIN ANALYZE ${find.sql}`, [...find.parameters]))
    return { found: listings.length, plan: rows.map((row) => Object.values(row as object)[0]).join('\n') }
  }

  it.each(['newest', 'name', 'size'])('for a rare word reads only what has it, sorted by %s', async (sort) => {
    const { found, plan } = await search({ words: 'ELD 4777', sort, limit: '20' })
    expect(found).toBe(1)
    expect(plan).toContain('catalogue_search')
    expect(plan).not.toContain('Seq Scan')
  })

  it.each(['newest', 'name', 'size'])('for a common word ends when a page is full, sorted by %s', async (sort) => {
    const { found, plan } = await search({ words: 'corn', sort, limit: '20' })
    expect(found).toBe(20)
    expect(plan).not.toContain('Sort Key')
    expect(plan).not.toContain('Seq Scan')
  })
})
