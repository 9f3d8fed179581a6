import { cpSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Address, Hex } from '@gristmill/protocol'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Database, openDatabase } from '../db/open-database.js'
import { charge, spentOf } from './charge.js'
import { verifyLedger } from './ledger.js'

const hex = (byte: string): Hex => `0x${byte.repeat(32)}`
const dataset = hex('aa')
const ann: Address = `0x${'11'.repeat(20)}`
const bob: Address = `0x${'22'.repeat(20)}`
const policy = { budget: { bits: 100, bitsPerSponsor: 60 } }

describe('the ledger of budgets', () => {
  let directory: string
  let db: Database
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'gristmill-ledger-'))
    cpSync(inject('emptyDatabase'), join(directory, 'db'), { recursive: true })
    db = await openDatabase({ directory: join(directory, 'db') })
  })
  afterAll(async () => {
    await db.destroy()
    await rm(directory, { recursive: true })
  })

  it('charges an order once, and each sponsor and dataset up to its budget', async () => {
    const entry = { dataset, sponsor: ann, orderId: hex('01'), bits: 50 }
    await charge(db, policy, entry)
    await charge(db, policy, entry)
    expect(await spentOf(db, dataset, ann)).toEqual({ bits: 50, sponsorBits: 50 })
    await expect(charge(db, policy, { ...entry, orderId: hex('02') })).rejects.toMatchObject({
      code: 'BUDGET_EXCEEDED',
    })
    await charge(db, policy, { ...entry, sponsor: bob, orderId: hex('03') })
    await expect(
      charge(db, policy, { ...entry, sponsor: `0x${'33'.repeat(20)}`, orderId: hex('04'), bits: 1 }),
    ).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' })
    expect(await spentOf(db, hex('bb'), ann)).toEqual({ bits: 0, sponsorBits: 0 })
  })

  it('can only be appended to', async () => {
    await expect(sql`UPDATE ledger SET bits = 0`.execute(db)).rejects.toThrow('append-only')
    await expect(sql`DELETE FROM ledger`.execute(db)).rejects.toThrow('append-only')
    await expect(sql`TRUNCATE ledger`.execute(db)).rejects.toThrow('append-only')
    await verifyLedger(db)
  })

  it('shows at the next start that somebody changed it behind the database', async () => {
    await sql`ALTER TABLE ledger DISABLE TRIGGER ledger_is_append_only`.execute(db)
    await sql`UPDATE ledger SET bits = 1 WHERE position = 1`.execute(db)
    await expect(verifyLedger(db)).rejects.toMatchObject({ code: 'LEDGER_CORRUPT', details: { position: 1 } })
  })
})
