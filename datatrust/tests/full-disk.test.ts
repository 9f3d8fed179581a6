import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cpSync, existsSync, statfsSync, writeFileSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest'
import { openDatabase } from '../src/db/open-database.js'
import { Disk, RESERVE_FILE } from '../src/disk/disk.js'
import { start } from '../src/index.js'
import { send } from './_http.js'
import { audit } from './_lives.js'
import {
  buy,
  buyDirect,
  buyersKey,
  clientOf,
  download,
  downloadDirect,
  publish,
  type Stage,
  setStage,
  until,
} from './_util.js'

const MIB = 2 ** 20
/** Room for a database, the reserve, and some more. */
const SMALL_MIB = 160
/** Enough for the rows, not for the second segment of the log that they need. */
const LOG_BYTES = 20 * MIB
const MIN_FREE_BYTES = 2 * MIB
const REASON = 'a small tmpfs can only be mounted as root on Linux'

/** A disk of its own; undefined where none can be made. */
async function mountSmallDisk(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined
  const directory = await mkdtemp(join(tmpdir(), 'gristmill-full-'))
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${SMALL_MIB}m`, 'tmpfs', directory])
  onTestFinished(async () => {
    spawnSync('umount', ['--lazy', directory])
    await rm(directory, { recursive: true, force: true })
  })
  return mounted.status === 0 ? directory : undefined
}

const freeBytes = (directory: string) => {
  const { bavail, bsize } = statfsSync(directory)
  return bavail * bsize
}

/** Takes all room but `leaveBytes`. */
function fill(directory: string, leaveBytes: number): string {
  const path = join(directory, 'ballast')
  writeFileSync(path, Buffer.alloc(Math.max(0, freeBytes(directory) - leaveBytes)))
  return path
}

describe('a disk that is full', () => {
  let stage: Stage
  beforeAll(async () => {
    stage = await setStage()
  }, 300_000)
  afterAll(() => stage?.close())

  it('answers 507, keeps nothing of what was sent, loses nothing, and is over when there is room', async ({ skip }) => {
    const small = await mountSmallDisk()
    if (small === undefined) return skip(REASON)
    const dataDirectory = join(small, 'data')
    await mkdir(dataDirectory)
    await cp(join(stage.directory, 'keys'), join(dataDirectory, 'keys'), { recursive: true })
    const limits = { ...stage.params.limits, minFreeBytes: MIN_FREE_BYTES }
    await using server = await start({ ...stage.params, dataDirectory, limits })
    const [maker, buyer] = await Promise.all([
      clientOf(stage.localnet, 'maker', server.url),
      clientOf(stage.localnet, 'buyer', server.url),
    ])
    const full = { code: 'DISK_FULL', status: 507 }
    const ready = () => send(`${server.url}/v1/health/ready`, { method: 'GET' })
    const { listing, content } = await publish(maker, stage.market)
    const orderId = await buyDirect(buyer, listing)
    const fair = await buy(buyer, listing)
    await buyer.orders.wait({ orderId, pollMs: 50 })
    await buyer.orders.wait({ ...fair, pollMs: 50 })
    const blobs = () => readdir(join(dataDirectory, 'blobs'), { recursive: true })
    const before = await blobs()
    const upload = (sizeBytes: number) =>
      maker.listings.upload({ content: randomBytes(sizeBytes), files: [{ name: 'a', sizeBytes }] })

    // Too large for what is left: refused before a byte of it is stored.
    await expect(upload(freeBytes(small) - MIB)).rejects.toMatchObject(full)
    expect(await blobs()).toEqual(before)

    // Full to the last byte: nothing new is taken.
    let ballast = fill(small, 0)
    await expect(upload(1_000)).rejects.toMatchObject(full)
    const { publicKey: recipientPublicKey } = await buyersKey()
    await expect(
      buyer.orders.quote({ listing, kind: 'access', direct: true, recipientPublicKey }),
    ).rejects.toMatchObject(full)
    expect(await ready()).toMatchObject({ status: 503, code: 'NOT_READY' })
    expect(await send(`${server.url}/v1/listings`, { method: 'GET' })).toMatchObject({ status: 200 })
    // Who has paid is still served: that needs no more than a row or two, for which the reserve gives up a little.
    for (let time = 0; time < 3; time += 1) {
      expect(await downloadDirect(buyer, orderId)).toEqual(Buffer.from(content))
    }
    expect(await download(buyer, fair)).toEqual(Buffer.from(content))
    expect((await stat(join(dataDirectory, RESERVE_FILE))).size).toBeGreaterThan(32 * MIB)
    await rm(ballast)
    await until(async () => (await ready()).status === 200)

    // It fills up under a stream: the stream is refused, and what was received is gone.
    ballast = join(small, 'ballast')
    const sizeBytes = Math.floor(freeBytes(small) / 2)
    async function* filling() {
      yield randomBytes(MIB)
      fill(small!, 0)
      for (let sent = MIB; sent < sizeBytes; sent += MIB) yield randomBytes(Math.min(MIB, sizeBytes - sent))
    }
    const files = [{ name: 'a', sizeBytes }]
    // A client that is still sending may see the connection end before the answer.
    const code = expect.stringMatching(/^(DISK_FULL|DATATRUST_UNREACHABLE)$/)
    await expect(maker.listings.upload({ content: filling(), files })).rejects.toMatchObject({ code })
    await until(async () => (await blobs()).length === before.length)
    await rm(ballast)
    await until(async () => (await ready()).status === 200)
    await upload(1_000)
    expect(await downloadDirect(buyer, orderId)).toEqual(Buffer.from(content))
    await server.close()
    const held = await audit({ params: { ...stage.params, dataDirectory } })
    expect(held.blobs).toEqual(held.referred)
  }, 600_000)

  it('gets the reserve for the log of the database, which goes on, and comes back', async ({ skip }) => {
    const small = await mountSmallDisk()
    if (small === undefined) return skip(REASON)
    cpSync(inject('emptyDatabase'), join(small, 'db'), { recursive: true })
    const disk = new Disk({ directory: small, minFreeBytes: MIN_FREE_BYTES })
    const opening = () => openDatabase({ directory: join(small, 'db'), reserve: disk })
    let db = await opening()
    const ballast = fill(small, LOG_BYTES)
    const kept: string[] = []
    /** Until the first segment of the log is used up, and then some. */
    while (existsSync(join(small, RESERVE_FILE))) {
      const nonce = randomBytes(100_000).toString('base64')
      await sql`INSERT INTO algorithms (sha256, module, created_at) VALUES (${String(kept.length)}, ${Buffer.from(nonce)}, 0)`.execute(
        db,
      )
      kept.push(String(kept.length))
    }
    expect(existsSync(join(small, RESERVE_FILE))).toBe(false)
    expect(() => disk.requireReserve()).toThrow(expect.objectContaining({ code: 'DISK_FULL' }))
    const rows = async () =>
      (await db.selectFrom('algorithms').select('sha256').execute()).map(({ sha256 }) => String(sha256)).toSorted()
    expect(await rows()).toEqual(kept.toSorted())
    await rm(ballast)
    disk.requireRoom()
    expect((await stat(join(small, RESERVE_FILE))).size).toBeGreaterThan(16 * MIB)
    await db.destroy()
    db = await opening()
    expect(await rows()).toEqual(kept.toSorted())
    await db.destroy()
  }, 300_000)

  it('gets a part of the reserve for tables, and refuses their rows rather than take the part of the log', async ({
    skip,
  }) => {
    const small = await mountSmallDisk()
    if (small === undefined) return skip(REASON)
    cpSync(inject('emptyDatabase'), join(small, 'db'), { recursive: true })
    const disk = new Disk({ directory: small, minFreeBytes: MIN_FREE_BYTES })
    await using db = await openDatabase({ directory: join(small, 'db'), reserve: disk })
    // A whole segment of the log is there before the disk is full.
    await sql`SELECT pg_switch_wal()`.execute(db)
    const insert = (index: number) =>
      sql`INSERT INTO algorithms (sha256, module, created_at) VALUES (${String(index)}, ${randomBytes(100_000)}, 0)`.execute(
        db,
      )
    await insert(0)
    const ballast = fill(small, 0)
    let kept = 1
    await expect(
      (async () => {
        for (;;) {
          await insert(kept)
          kept += 1
        }
      })(),
    ).rejects.toMatchObject({ code: '53100' })
    expect(kept).toBeGreaterThan(10)
    expect(() => disk.requireReserve()).toThrow(expect.objectContaining({ code: 'DISK_FULL' }))
    expect((await stat(join(small, RESERVE_FILE))).size).toBeGreaterThanOrEqual(32 * MIB)
    await rm(ballast)
    disk.requireRoom()
    await insert(kept)
  }, 300_000)

  it('without a reserve stops the database for good, and its next start has what was acknowledged', async ({
    skip,
  }) => {
    const small = await mountSmallDisk()
    if (small === undefined) return skip(REASON)
    cpSync(inject('emptyDatabase'), join(small, 'db'), { recursive: true })
    let db = await openDatabase({ directory: join(small, 'db') })
    const ballast = fill(small, LOG_BYTES)
    const insert = (index: number) =>
      sql`INSERT INTO algorithms (sha256, module, created_at) VALUES (${String(index)}, ${randomBytes(100_000)}, 0)`.execute(
        db,
      )
    let kept = 0
    const error = await (async () => {
      for (;;) {
        await insert(kept)
        kept += 1
      }
    })().catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(Error)
    expect(await isStopped(() => insert(kept))).toBe(true)
    await db.destroy()
    await rm(ballast, { force: true })
    db = await openDatabase({ directory: join(small, 'db') })
    const { count } = await db
      .selectFrom('algorithms')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    expect(count).toBeGreaterThanOrEqual(kept)
    await db.destroy()
  }, 300_000)
})

async function isStopped(use: () => Promise<unknown>): Promise<boolean> {
  return use().then(
    () => false,
    (error: unknown) => error instanceof Error && 'code' in error && error.code === 'DATABASE_STOPPED',
  )
}
