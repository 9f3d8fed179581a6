import { cp, mkdir, mkdtemp, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OrderId } from '@gristmill/protocol'
import { createExecutors, createWasmExecutor, type Executor } from '@gristmill/runner'
import { type Client, createSessionKey } from '@gristmill/sdk'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type BackupProgress, backup, type Overrides, restore, type Server, start } from '../src/index.js'
import { audit } from './_lives.js'
import {
  buy,
  buyersKey,
  clientOf,
  downloadDirect,
  PATIENCE_MS,
  policyFor,
  publish,
  type Stage,
  setStage,
  startOn,
  until,
} from './_util.js'
import { constantModel } from './_wat.js'

describe('a backup', () => {
  let stage: Stage
  let server: Server | undefined
  let place: string
  beforeAll(async () => {
    stage = await setStage()
    place = await mkdtemp(join(tmpdir(), 'gristmill-backup-'))
  }, 300_000)
  afterAll(async () => {
    await server?.close()
    await stage?.close()
    await rm(place, { recursive: true, force: true })
  })

  async function serve(directory = stage.directory, overrides: Overrides = {}) {
    await server?.close()
    server = undefined
    const params = { ...stage.params, dataDirectory: directory, http: { metricsPort: 0 } }
    server = await startOn({ ...stage, params }, overrides)
    const [maker, buyer] = await Promise.all([
      clientOf(stage.localnet, 'maker', server.url),
      clientOf(stage.localnet, 'buyer', server.url),
    ])
    return { maker, buyer }
  }

  it('of a running datatrust, restored elsewhere, serves what was sold before and after it', async () => {
    const { maker, buyer } = await serve()
    const module = constantModel()
    const { algorithm } = await until(() => buyer.orders.sendAlgorithm({ module }))
    const { listing, content } = await publish(maker, stage.market, { policy: policyFor(algorithm, { runs: 2 }) })
    const { publicKey: recipientPublicKey } = await buyersKey()
    const before = await buyer.orders.quote({ listing, kind: 'access', direct: true, recipientPublicKey })

    const to = join(place, 'live')
    const progress: BackupProgress[] = []
    const made = await backup({ dataDirectory: stage.directory, to, onProgress: (step) => progress.push(step) })
    expect(made.blobs).toBe(1)
    expect(progress.at(-1)).toMatchObject({ step: 'blobs', doneBytes: made.blobBytes, totalBytes: made.blobBytes })
    for (const entry of await readdir(to, { recursive: true, withFileTypes: true })) {
      const { mode } = await stat(join(entry.parentPath, entry.name))
      if (!entry.name.includes('lock.sqlite')) expect(mode & 0o077, entry.name).toBe(0)
      expect(entry.name).not.toMatch(/\.key$|\.asc$/)
    }

    // Since then: the quote was placed, another was given and placed, and a run was done and paid for.
    const { orderId: quotedBefore } = await buyer.orders.place({ quote: before, payment: 'permit' })
    const n = 4_711n
    const after = await buyer.orders.quote({ listing, kind: 'access', direct: true, recipientPublicKey, n })
    const { orderId: quotedAfter } = await buyer.orders.place({ quote: after, payment: 'permit' })
    const { orderId: fairId, session } = await buy(buyer, listing)
    await buyer.orders.wait({ orderId: fairId, session, pollMs: 50 })
    const ackKey = createSessionKey().address
    const run = { listing, kind: 'compute' as const, ackKey, algorithm, parameters: { rounds: 1 } }
    const runQuote = await buyer.orders.quote(run)
    const { orderId: runId } = await buyer.orders.place({ quote: runQuote, payment: 'permit' })
    const { releasedHash } = await until(async () => (await maker.listings.approvals())[0])
    await maker.listings.decide({ orderId: runId, releasedHash, approved: true })
    await buyer.orders.wait({ orderId: runId, pollMs: 50, timeoutMs: PATIENCE_MS })
    await server?.close()
    server = undefined

    const directory = join(place, 'restored')
    await restore({ from: to, dataDirectory: directory })
    // The keys come from where the operator keeps them.
    await cp(join(stage.directory, 'keys'), join(directory, 'keys'), { recursive: true })
    const again = await serve(directory)
    await again.buyer.orders.wait({ orderId: quotedBefore, pollMs: 50, timeoutMs: PATIENCE_MS })
    expect(await downloadDirect(again.buyer, quotedBefore)).toEqual(Buffer.from(content))

    // A fair order of since then is lost with its key; its number is told, and its buyer is refunded.
    const metric = async () => (await fetch(server!.metricsUrl!)).text()
    const lost = async (fair: number, others: number) =>
      until(async () =>
        (await metric()).includes(`{delivery="fair"} ${fair}\ngristmill_lost_orders{delivery="other"} ${others}\n`),
      )
    await lost(2, 1)
    // What was quoted after the backup is unknown until its buyer asks again, under the same number.
    await expect(again.buyer.orders.document({ orderId: quotedAfter })).rejects.toMatchObject({
      code: 'ORDER_NOT_FOUND',
    })
    const ask = () => again.buyer.orders.quote({ listing, kind: 'access', direct: true, recipientPublicKey, n })
    await expect(ask()).rejects.toMatchObject({ code: 'ORDER_EXISTS' })
    await again.buyer.orders.wait({ orderId: quotedAfter, pollMs: 50, timeoutMs: PATIENCE_MS })
    expect(await downloadDirect(again.buyer, quotedAfter)).toEqual(Buffer.from(content))

    await lost(2, 0)

    // The budget remembers the run that this database does not: one of two is left.
    await again.buyer.orders.place({ quote: await again.buyer.orders.quote(run), payment: 'permit' })
    // It is charged when the datatrust has seen the order, which the buyer's own block does not wait for.
    await vi.waitFor(() => expect(again.buyer.orders.quote(run)).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' }), {
      timeout: PATIENCE_MS,
      interval: 100,
    })
  }, 600_000)

  it('restored in the middle of an order, runs again only what comes to the same, and charges what it does not', async () => {
    let executions = 0
    const honest = createWasmExecutor()
    /** Comes to what is honest once, and to something else each further time, as Python may, and says so. */
    const fickle: Executor = {
      ...honest,
      capabilities: () => ({ ...honest.capabilities(), deterministic: false }),
      inspect: (algorithm) => honest.inspect(algorithm),
      execute: async (spec) => {
        const execution = await honest.execute(spec)
        const { buffer, byteOffset } = execution.output as Uint8Array
        new DataView(buffer, byteOffset).setFloat64(0, ++executions, true)
        return execution
      },
    }
    const first = await serve(stage.directory, { executors: createExecutors([fickle]) })
    const { algorithm } = await first.buyer.orders.sendAlgorithm({ module: constantModel() })
    const policy = policyFor(algorithm, { runs: 3 })
    const { listing } = await publish(first.maker, stage.market, { policy })
    const ackKey = createSessionKey().address
    const run = { listing, kind: 'compute' as const, ackKey, algorithm, parameters: { rounds: 1 } }
    const quote = await first.buyer.orders.quote(run)
    const to = join(place, 'mid-run')
    await backup({ dataDirectory: stage.directory, to })
    const { orderId } = await first.buyer.orders.place({ quote, payment: 'permit' })
    const reviewed = (maker: Client, order: OrderId) =>
      until(async () => (await maker.listings.approvals()).find((one) => one.orderId === order))
    const { releasedHash } = await reviewed(first.maker, orderId)
    await first.maker.listings.decide({ orderId, releasedHash, approved: true })
    const wait = { pollMs: 50, timeoutMs: PATIENCE_MS }
    const told = (await first.buyer.orders.wait({ orderId, until: ['ready'], ...wait })).receipt
    expect(executions).toBe(1)
    await server?.close()
    server = undefined
    const again = async (name: string, executor: Executor) => {
      const directory = join(place, name)
      await restore({ from: to, dataDirectory: directory })
      await cp(join(stage.directory, 'keys'), join(directory, 'keys'), { recursive: true })
      return serve(directory, { executors: createExecutors([executor]) })
    }

    const { maker, buyer } = await again('fickle', fickle)
    await until(async () => (await buyer.orders.document({ orderId })).state === 'closed')
    expect(executions).toBe(1)
    expect(await buyer.orders.document({ orderId })).not.toHaveProperty('receipt')
    // What it told may have been told: of three runs two are left.
    const { run: one, left } = await buyer.listings.budget({ listing })
    expect(left.bits).toBe(2 * one.bits)
    // What was placed since nobody can have run, and after a further start neither.
    const next = await buyer.orders.place({ quote: await buyer.orders.quote(run), payment: 'permit' })
    await reviewed(maker, next.orderId)
    expect(executions).toBe(2)

    // A runtime that comes to the same signs nothing that contradicts what was told.
    const sound = await again('sound', honest)
    expect((await reviewed(sound.maker, orderId)).releasedHash).toBe(told?.releasedHash)
  }, 300_000)

  it('of a stopped datatrust goes on where it was broken off, and never over anything', async () => {
    await server?.close()
    server = undefined
    const to = join(place, 'stopped')
    const breakOff = () => {
      throw new Error('broken off')
    }
    await expect(backup({ dataDirectory: stage.directory, to, onProgress: breakOff })).rejects.toThrow('broken off')
    await expect(restore({ from: to, dataDirectory: join(place, 'never') })).rejects.toMatchObject({
      code: 'BACKUP_INCOMPLETE',
    })
    const { blobs } = await backup({ dataDirectory: stage.directory, to })
    await expect(backup({ dataDirectory: stage.directory, to })).rejects.toMatchObject({ code: 'TARGET_NOT_EMPTY' })
    await expect(backup({ dataDirectory: stage.directory, to: join(stage.directory, 'x') })).rejects.toMatchObject({
      code: 'TARGET_NOT_EMPTY',
    })
    await expect(restore({ from: to, dataDirectory: stage.directory })).rejects.toMatchObject({
      code: 'TARGET_NOT_EMPTY',
    })
    await expect(backup({ dataDirectory: place, to: join(place, 'none') })).rejects.toMatchObject({
      code: 'NOTHING_TO_BACK_UP',
    })
    await expect(
      backup({ dataDirectory: stage.directory, to: join(place, 'none'), blobs: 'refer' }),
    ).rejects.toMatchObject({ code: 'NO_BUCKET' })

    const directory = join(place, 'resumed')
    await expect(restore({ from: to, dataDirectory: directory, onProgress: breakOff })).rejects.toThrow('broken off')
    await expect(start({ ...stage.params, dataDirectory: directory })).rejects.toMatchObject({
      code: 'RESTORE_UNFINISHED',
    })
    await restore({ from: to, dataDirectory: directory })
    const held = await audit({ params: { ...stage.params, dataDirectory: directory } })
    expect(held.blobs).toHaveLength(blobs)
    expect(held).toEqual(await audit(stage))
  }, 300_000)

  it.each([
    ['a blob is missing', async (at: string) => rm((await filesOf(join(at, 'store', 'blobs')))[0]!)],
    ['a blob was changed', async (at: string) => writeFile((await filesOf(join(at, 'store', 'blobs')))[0]!, 'x')],
    ['the database was cut off', async (at: string) => truncate(join(at, 'db', 'global', 'pg_control'), 100)],
    ['the list of blobs was changed', async (at: string) => writeFile(join(at, 'blobs.jsonl'), '')],
  ])(
    'is refused if %s',
    async (_what, damage) => {
      const at = await mkdtemp(join(place, 'damaged-'))
      await rm(at, { recursive: true })
      await cp(join(place, 'stopped'), at, { recursive: true })
      await damage(at)
      await mkdir(`${at}-restored`)
      await expect(restore({ from: at, dataDirectory: `${at}-restored` })).rejects.toMatchObject({
        code: 'BACKUP_CORRUPT',
      })
      expect(await readdir(`${at}-restored`)).not.toContain('db')
    },
    60_000,
  )
})

async function filesOf(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}
