import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from './open-database.js'
import { tendTables } from './tend-tables.js'

const NONCES = 5_000
const ROUNDS = 6

describe('the tables of an embedded database', () => {
  let directory: string
  let db: Database
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'gristmill-tables-'))
    db = await openDatabase({ directory: join(directory, 'db') })
  })
  afterEach(async () => {
    await db.destroy()
    await rm(directory, { recursive: true, force: true })
  })

  /** Largest size of the nonces while they come and go, as signed requests bring and time takes them. */
  async function churn(between: () => Promise<unknown>): Promise<number> {
    let bytesMax = 0
    for (let round = 0; round < ROUNDS; round += 1) {
      await sql`INSERT INTO nonces SELECT 'a', lpad(to_hex(i), 64, '0'), 1 FROM generate_series(1, ${sql.lit(NONCES)}) i`.execute(
        db,
      )
      await db.deleteFrom('nonces').execute()
      await between()
      const { rows } = await sql<{ bytes: number }>`SELECT pg_total_relation_size('nonces') AS bytes`.execute(db)
      bytesMax = Math.max(bytesMax, rows[0]!.bytes)
    }
    return bytesMax
  }

  it('do not grow by what is deleted again, which they would if nobody tended them', async () => {
    const wild = await churn(async () => {})
    await sql`TRUNCATE nonces`.execute(db)
    const tended = await churn(() => tendTables(db))
    expect(tended).toBeLessThan(wild / 2)
  })

  it('are known to the planner as they have grown, and are left alone while they stay', async () => {
    const rowsPlanned = async () => {
      const { rows } = await sql<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>`EXPLAIN (FORMAT JSON)
        SELECT * FROM acts WHERE happened_at < 100`.execute(db)
      return rows[0]!['QUERY PLAN'][0].Plan['Plan Rows']
    }
    await sql`INSERT INTO acts (happened_at, type, details) SELECT 10, 'quoted', '{}'
      FROM generate_series(1, ${sql.lit(NONCES)})`.execute(db)
    expect(await rowsPlanned()).toBeLessThan(NONCES / 2)
    expect(await tendTables(db)).toContainEqual({ table: 'public.acts', isVacuumed: false })
    expect(await rowsPlanned()).toBeGreaterThan(NONCES * 0.9)
    const again = await tendTables(db)
    expect(again.filter(({ table }) => table.startsWith('public.'))).toEqual([])
  })
})
