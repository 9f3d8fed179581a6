import { cpSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Address, canonicalHash, type Hex, ZERO_BYTES32 } from '@gristmill/protocol'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Database, openDatabase } from '../db/open-database.js'
import { charge as chargeAll, spentOf } from './charge.js'
import { type LedgerEntry, verifyLedger } from './ledger.js'

const hex = (byte: string): Hex => `0x${byte.repeat(32)}`
const dataset = hex('aa')
const ann: Address = `0x${'11'.repeat(20)}`
const bob: Address = `0x${'22'.repeat(20)}`
const maker: Address = `0x${'44'.repeat(20)}`
const budget = { bits: 100, bitsPerSponsor: 60, epsilonMicros: 30, epsilonMicrosPerSponsor: 20 }

describe('the ledger of budgets', () => {
  let directory: string
  let db: Database
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'gristmill-ledger-'))
    cpSync(inject('migratedDatabase'), join(directory, 'db'), { recursive: true })
    db = await openDatabase({ directory: join(directory, 'db') })
  })
  afterAll(async () => {
    await db.destroy()
    await rm(directory, { recursive: true })
  })

  const charge = (...entries: LedgerEntry[]) =>
    chargeAll(
      db,
      entries.map((entry) => ({ entry, maker, budget })),
    )

  it('charges an order once, and each sponsor and dataset up to its budget', async () => {
    const entry = { dataset, sponsor: ann, orderId: hex('01'), bits: 50, epsilonMicros: 0 }
    const charged = await charge(entry)
    expect(charged).toMatchObject([{ position: 1, bits: 50, epsilonMicros: 0 }])
    expect(await charge(entry)).toEqual(charged)
    expect(await spentOf(db, { dataset, maker }, ann)).toMatchObject({ bits: 50, sponsorBits: 50 })
    await expect(charge({ ...entry, orderId: hex('02') })).rejects.toMatchObject({
      code: 'BUDGET_EXCEEDED',
    })
    await charge({ ...entry, sponsor: bob, orderId: hex('03') })
    await expect(
      charge({ ...entry, sponsor: `0x${'33'.repeat(20)}`, orderId: hex('04'), bits: 1 }),
    ).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' })
    expect(await spentOf(db, { dataset: hex('bb'), maker }, ann)).toEqual({
      bits: 0,
      sponsorBits: 0,
      epsilonMicros: 0,
      sponsorEpsilonMicros: 0,
    })
  })

  it('charges epsilon with the bits, and is overspent in neither by orders that come at once', async () => {
    const data = hex('cc')
    const orders = Array.from({ length: 12 }, (_, index) => ({
      dataset: data,
      sponsor: index % 2 === 0 ? ann : bob,
      orderId: hex(`e${index.toString(16)}`),
      bits: 5,
      epsilonMicros: 7,
    }))
    // Each twice: charging again changes nothing.
    const outcomes = await Promise.allSettled([...orders, ...orders].map((entry) => charge(entry)))
    const refused = outcomes.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[]
    for (const { reason } of refused) {
      expect(reason).toMatchObject({ code: 'BUDGET_EXCEEDED', details: { unit: 'epsilonMicros' } })
    }
    // Four of seven fit thirty, two of them twenty.
    expect(await spentOf(db, { dataset: data, maker }, ann)).toEqual({
      bits: 20,
      sponsorBits: 10,
      epsilonMicros: 28,
      sponsorEpsilonMicros: 14,
    })
    await verifyLedger(db)
  })

  it('has heads that nobody can compute who knows what is charged', async () => {
    const { head, nonce } = await db
      .selectFrom('ledger')
      .selectAll()
      .where('position', '=', 1)
      .executeTakeFirstOrThrow()
    const told = { position: 1, dataset, sponsor: ann, orderId: hex('01'), bits: 50, previous: ZERO_BYTES32 }
    expect(canonicalHash({ ...told, nonce })).toBe(head)
    expect(canonicalHash(told)).not.toBe(head)
    expect(nonce).toMatch(/^0x[0-9a-f]{64}$/)
  })

  it('charges all orders of a run or none, those without a budget with nothing to be left', async () => {
    const [full, fresh] = [hex('d1'), hex('d2')]
    const entry = { sponsor: ann, bits: 50, epsilonMicros: 0 }
    await charge({ ...entry, dataset: full, orderId: hex('d3') })
    const both = [fresh, full].map((one, index) => ({ ...entry, dataset: one, orderId: hex(`d${4 + index}`) }))
    await expect(charge(...both)).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' })
    expect(await spentOf(db, { dataset: fresh, maker }, ann)).toMatchObject({ bits: 0 })
    // Alone it fits, so it was not its own budget.
    await charge(...both.slice(0, 1))
    expect(await spentOf(db, { dataset: fresh, maker }, ann)).toMatchObject({ bits: 50 })
    const algorithm = { ...entry, bits: 0, dataset: full, orderId: hex('d6') }
    await chargeAll(db, [{ entry: algorithm, maker, budget: undefined }])
    expect(await spentOf(db, { dataset: full, maker }, ann)).toMatchObject({ bits: 50 })
    await verifyLedger(db)
  })

  it('can only be appended to', async () => {
    await expect(sql`UPDATE ledger SET bits = 0`.execute(db)).rejects.toThrow('append-only')
    await expect(sql`DELETE FROM ledger`.execute(db)).rejects.toThrow('append-only')
    await expect(sql`TRUNCATE ledger`.execute(db)).rejects.toThrow('append-only')
    await verifyLedger(db)
  })

  it('commits to the epsilon of every entry', async () => {
    await sql`ALTER TABLE ledger DISABLE TRIGGER ledger_is_append_only`.execute(db)
    const { position, epsilon_micros } = await db
      .selectFrom('ledger')
      .selectAll()
      .where('epsilon_micros', '>', 0)
      .orderBy('position')
      .limit(1)
      .executeTakeFirstOrThrow()
    await sql`UPDATE ledger SET epsilon_micros = 0 WHERE position = ${position}`.execute(db)
    await expect(verifyLedger(db)).rejects.toMatchObject({ code: 'LEDGER_CORRUPT', details: { position } })
    await sql`UPDATE ledger SET epsilon_micros = ${epsilon_micros} WHERE position = ${position}`.execute(db)
    await verifyLedger(db)
    await sql`ALTER TABLE ledger ENABLE TRIGGER ledger_is_append_only`.execute(db)
  })

  it('shows at the next start that somebody changed it behind the database', async () => {
    await sql`ALTER TABLE ledger DISABLE TRIGGER ledger_is_append_only`.execute(db)
    await sql`UPDATE ledger SET bits = 1 WHERE position = 1`.execute(db)
    await expect(verifyLedger(db)).rejects.toMatchObject({ code: 'LEDGER_CORRUPT', details: { position: 1 } })
  })
})
