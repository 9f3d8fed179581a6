import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { canonicalJson, receiptHash } from '@gristmill/protocol'
import { Wallet } from 'ethers'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { recordAct } from '../src/audit/acts.js'
import { writeAudit } from '../src/audit/write-audit.js'
import type { Database } from '../src/db/open-database.js'
import { AUDIT_COLUMNS, type AuditFormat, exportAudit, type Server, verifyAudit } from '../src/index.js'
import { Signer } from '../src/keys/signer.js'
import {
  buy,
  buyDirect,
  clientOf,
  download,
  downloadDirect,
  openDatabaseOf,
  PATIENCE_MS,
  policyFor,
  publish,
  random32,
  type Stage,
  setStage,
  startOn,
  until,
  walletOf,
} from './_util.js'
import { constantModel } from './_wat.js'

type Row = Partial<Record<(typeof AUDIT_COLUMNS)[number], string>>

/** Made by whoever lists: a formula, a second line, quotes, and what turns text around. */
const HOSTILE = '=HYPERLINK("http://evil.example","a")'
const HOSTILE_TEXT = 'x",y\r\n=1+1\u202e\u0000'

describe('an audit', () => {
  let stage: Stage
  let server: Server | undefined
  let place: string
  beforeAll(async () => {
    stage = await setStage()
    place = await mkdtemp(join(tmpdir(), 'gristmill-audit-'))
    server = await startOn(stage)
  }, 120_000)
  afterAll(async () => {
    await server?.close()
    await stage?.close()
    await rm(place, { recursive: true, force: true })
  })

  async function written(format: AuditFormat, more: Partial<Parameters<typeof exportAudit>[1]> = {}): Promise<string> {
    let text = ''
    const options = { format, ...more }
    const write = async (piece: string) => {
      text += piece
    }
    await exportAudit(stage.params, { ...options, write })
    return text
  }

  const rowsOf = (text: string): Row[] =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Row)

  async function fileOf(name: string, text: string | Uint8Array): Promise<string> {
    const file = join(place, name)
    await writeFile(file, text)
    return file
  }

  it('of a datatrust that serves tells who ordered, ran, decided and got what, and when', async () => {
    const [maker, buyer] = await Promise.all([
      clientOf(stage.localnet, 'maker', server!.url),
      clientOf(stage.localnet, 'buyer', server!.url),
    ])
    const module = constantModel()
    const { algorithm } = await until(() => buyer.orders.sendAlgorithm({ module }))
    const { listing, content } = await publish(maker, stage.market, {
      policy: policyFor(algorithm),
      more: { metadata: { name: HOSTILE, license: 'CC0-1.0' } },
    })
    const direct = await buyDirect(buyer, listing)
    await buyer.orders.wait({ orderId: direct, pollMs: 50 })
    await downloadDirect(buyer, direct)
    await downloadDirect(buyer, direct)
    const { orderId: fair, session } = await buy(buyer, listing)
    await download(buyer, { orderId: fair, session })
    const runs: Record<string, `0x${string}`> = {}
    for (const approved of [true, false]) {
      const wish = { listing, kind: 'compute' as const, ackKey: session.address, algorithm, parameters: { rounds: 1 } }
      const { orderId } = await buyer.orders.place({ quote: await buyer.orders.quote(wish), payment: 'permit' })
      const { releasedHash } = await until(async () =>
        (await maker.listings.approvals()).find((pending) => pending.orderId === orderId),
      )
      await maker.listings.decide({ orderId, releasedHash, approved, ...(approved ? {} : { because: 'other' }) })
      await buyer.orders.wait({ orderId, pollMs: 50, timeoutMs: PATIENCE_MS })
      if (approved) await buyer.orders.collectModel({ orderId, session, pollMs: 50 })
      runs[approved ? 'approved' : 'rejected'] = orderId
    }
    const { receipt, provenance } = await buyer.orders.document({ orderId: runs.approved! })
    await maker.listings.exit({ listing })
    const rows = await until(async () => {
      const told = rowsOf(await written('jsonl'))
      const wanted = ['listing-exiting', 'order-revealed', 'order-fulfilled']
      return wanted.every((type) => told.some((row) => row.type === type)) ? told : undefined
    })

    const [makers, buyers] = [walletOf(stage.localnet, 'maker').address, walletOf(stage.localnet, 'buyer').address]
    const order = (id: string | undefined) => rows.find((row) => row.type === 'order' && row.order === id)
    const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    const hash = expect.stringMatching(/^0x[0-9a-f]{64}$/)
    const common = { at: instant, listing, buyer: buyers, maker: makers, token: stage.localnet.token, name: HOSTILE }
    const placed = { placedBlock: expect.stringMatching(/^\d+$/), placedTransaction: hash }
    const marked = { markedAt: instant, markedTransaction: hash }
    const got = { firstSentAt: instant, lastSentAt: instant }
    expect(order(direct)).toMatchObject({ ...common, ...placed, ...marked, ...got, delivery: 'direct', kind: 'access' })
    expect(order(direct)).toMatchObject({ state: 'done', marked: 'delivered', ended: 'settled', price: '5000000' })
    // Message and opening, twice.
    expect(order(direct)).toMatchObject({ answers: '4' })
    expect(order(fair)).toMatchObject({ ...common, ...placed, ...marked, ...got, delivery: 'fair', marked: 'revealed' })
    expect(order(fair)).toMatchObject({ ack: expect.stringMatching(/^0x/), acknowledgedAt: instant, cipherRoot: hash })
    expect(order(runs.approved)).toMatchObject({ ...common, ...placed, ...marked, algorithm, kind: 'compute' })
    expect(order(runs.approved)).toMatchObject({
      marked: 'revealed',
      receipt: receiptHash(receipt!),
      verdict: 'OK',
      releasedHash: receipt!.releasedHash,
      decision: 'approved',
      decidedAt: instant,
      receiptSignature: expect.stringMatching(/^0x/),
      provenance: canonicalJson(provenance),
    })
    expect(order(runs.rejected)).toMatchObject({ verdict: 'REVIEW', decision: 'rejected', releasedBytes: '0' })
    expect(order(runs.rejected)).not.toHaveProperty('releasedHash')
    const sent = rows.filter((row) => row.type === 'delivery' && row.order === fair)
    expect(sent.map(({ part, account }) => [part, account])).toEqual([
      ['ciphertext', session.address],
      ['leaves', session.address],
    ])
    for (const { offeredBytes, sentBytes } of sent) expect(sentBytes).toBe(offeredBytes)
    expect(Number(sent[0]?.sentBytes)).toBeGreaterThanOrEqual(content.length)
    const acts = rows.filter(({ subject, details, account }) => subject || details || account).map(({ type }) => type)
    expect(acts).toEqual(
      expect.arrayContaining(['content-stored', 'attested', 'run-started', 'run-ended', 'approved', 'rejected']),
    )
    expect(rows.filter(({ type }) => type === 'listing-published')).toMatchObject([{ listing, transaction: hash }])
  }, 120_000)

  it('is the same each time, of a part and beside the datatrust too, and every part is signed', async () => {
    const now = Math.floor(Date.now() / 1_000) + 100
    const whole = await written('csv', { until: now })
    expect(await written('csv', { until: now })).toBe(whole)
    const statement = await verifyAudit({ file: await fileOf('whole.csv', whole) })
    expect(statement).toMatchObject({ datatrust: stage.datatrust, rows: whole.split('\r\n').length - 3 })
    const { signer } = await stage.operator.datatrusts.get({ datatrust: stage.datatrust })
    expect(statement.signer).toBe(signer)
    const buyer = walletOf(stage.localnet, 'buyer').address as `0x${string}`
    const stranger = walletOf(stage.localnet, 'stranger').address as `0x${string}`
    const of = async (more: Parameters<typeof written>[1]) => {
      const text = await written('jsonl', { until: now, ...more })
      await verifyAudit({ file: await fileOf('part.jsonl', text) })
      return rowsOf(text).slice(0, -1)
    }
    expect(await of({ account: stranger })).toEqual([])
    expect((await of({ account: buyer })).filter(({ type }) => type === 'order')).toHaveLength(4)
    expect(await of({ since: now - 1 })).toEqual([])
    expect(await of({ listing: random32() })).toEqual([])
    const [first] = (await of({})).filter(({ type }) => type === 'order')
    const since = Date.parse(first?.at ?? '') / 1_000
    expect((await of({ since, until: since + 1 })).some(({ order }) => order === first?.order)).toBe(true)
    // Without a datatrust that serves it is written from the directory.
    await server?.close()
    server = undefined
    expect(await written('csv', { until: now })).toBe(whole)
  }, 60_000)

  it('holds nothing that a spreadsheet computes, and a row is a line whatever is in it', async () => {
    const db = await openDatabaseOf(stage)
    try {
      await recordAct(db, { type: 'backed-up', subject: HOSTILE_TEXT.replace('\0', ''), details: { a: '-1' } })
      for (const subject of ['@SUM(A1)', ' =1', '\t=1', '＝1', '+1', '-1']) {
        await recordAct(db, { type: 'backed-up', subject })
      }
    } finally {
      await db.destroy()
    }
    const text = await written('csv')
    const lines = text.split('\r\n')
    expect(lines[0]).toBe(AUDIT_COLUMNS.join(','))
    expect(lines.every((line) => !/[\n\r\u202e]/.test(line))).toBe(true)
    const cells = text.split(/[\r\n]+|,/).map((cell) => cell.replace(/^"/, ''))
    expect(cells.filter((cell) => /^\s*[=+\-@＝]/u.test(cell))).toEqual([])
    expect(text).toContain(`"'=HYPERLINK(""http://evil.example"",""a"")"`)
    await verifyAudit({ file: await fileOf('hostile.csv', text) })
  }, 60_000)

  it.each(['csv', 'jsonl'] as const)('as %s shows every change of its file', async (format) => {
    const text = await written(format)
    const end = format === 'csv' ? '\r\n' : '\n'
    const lines = text.split(end).slice(0, -1)
    const changed = (change: (lines: string[]) => void) => {
      const copy = [...lines]
      change(copy)
      return `${copy.join(end)}${end}`
    }
    const at = lines.length - 4
    const forged = await signedByAnother(text, lines)
    const files: Record<string, string> = {
      'a price is another': text.replace('5000000', '5000001'),
      'a row is missing': changed((copy) => void copy.splice(at, 1)),
      'the last row is missing': changed((copy) => void copy.splice(-2, 1)),
      'a row is there twice': changed((copy) => void copy.splice(at, 0, copy[at]!)),
      'rows changed places': changed((copy) => void copy.splice(at, 2, copy[at + 1]!, copy[at]!)),
      'it is cut off': text.slice(0, -10),
      'its end is missing': changed((copy) => void copy.pop()),
      'something follows': `${text}${lines[at]}${end}`,
      'the range is another': text.replace(/until([\\":]+)\d{4}/g, (_, quotes: string) => `until${quotes}2001`),
      'lines end otherwise': format === 'csv' ? text.replaceAll('\r\n', '\n') : text.replaceAll('\n', '\r\n'),
      'it is signed by another': forged,
    }
    await verifyAudit({ file: await fileOf(`intact.${format}`, text) })
    for (const [what, damaged] of Object.entries(files)) {
      expect(damaged, what).not.toBe(text)
      const file = await fileOf(`damaged.${format}`, damaged)
      await expect(verifyAudit({ file }), what).rejects.toMatchObject({ code: 'AUDIT_BROKEN' })
    }
    const other = Wallet.createRandom().address as `0x${string}`
    const file = await fileOf(`intact.${format}`, text)
    await expect(verifyAudit({ file, signer: other })).rejects.toMatchObject({ code: 'AUDIT_BROKEN' })
    const bytes = await readFile(file)
    bytes[bytes.length - 100]! = 0xff
    await expect(verifyAudit({ file: await fileOf('bytes', bytes) })).rejects.toMatchObject({ code: 'AUDIT_BROKEN' })
  })

  async function signedByAnother(text: string, lines: string[]): Promise<string> {
    const [signature] = /0x[0-9a-f]{130}(?=",?"previous|,0x[0-9a-f]{64}$)/.exec(lines.at(-1)!) ?? []
    return text.replace(signature!, await Wallet.createRandom().signMessage('anything'))
  }

  it('of many orders reads a page at a time', async () => {
    const db = await openDatabaseOf(stage)
    try {
      const COUNT = 1_000
      await sql`INSERT INTO orders (order_id, digest, listing, buyer, maker, kind, state, fulfil_by, placed_block, placed_at, price)
        SELECT '0x' || lpad(to_hex(n), 64, '0'), first.digest, first.listing, first.buyer, first.maker, first.kind, 'done',
          1, 1 + n / 7, 1000 + n, 1
        FROM generate_series(1, CAST(${COUNT} AS int)) AS n, (SELECT * FROM orders WHERE kind = 'access' LIMIT 1) AS first`.execute(
        db,
      )
      let most = 0
      const counting = db.withPlugin({
        transformQuery: ({ node }) => node,
        transformResult: async ({ result }) => {
          most = Math.max(most, result.rows.length)
          return result
        },
      }) as Database
      const pieces: string[] = []
      const { signingKey } = Wallet.createRandom()
      const signer = new Signer({
        address: new Wallet(signingKey).address as `0x${string}`,
        sign: async (digest) => signingKey.sign(digest) as never,
      })
      const summary = await writeAudit({
        db: counting,
        config: { chain: { ...stage.params.chain } as never, datatrust: 1 },
        signer,
        request: { format: 'jsonl', until: 10_000 },
        write: async (text) => void pieces.push(text),
      })
      const told = pieces.flatMap(rowsOf).filter(({ type }) => type === 'order')
      expect(told).toHaveLength(COUNT)
      expect(new Set(told.map(({ order }) => order)).size).toBe(COUNT)
      expect(summary.rows).toBe(COUNT)
      expect(most).toBeLessThanOrEqual(200)
      expect(Math.max(...pieces.map((piece) => piece.split('\n').length))).toBeLessThanOrEqual(201)
      await verifyAudit({ file: await fileOf('many.jsonl', pieces.join('')) })
    } finally {
      await db.destroy()
    }
  }, 60_000)
})
