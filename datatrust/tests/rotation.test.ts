import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readRecipient, sealMessage } from '@gristmill/envelope'
import { type Address, DAY, HOUR, type OrderId } from '@gristmill/protocol'
import type { Client } from '@gristmill/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultKeyFiles } from '../src/config/config.js'
import { openSecrets } from '../src/config/secrets.js'
import {
  destroyDatatrustKey,
  listDatatrustKeys,
  prepareIdentity,
  rotateDatatrustKeys,
  type Server,
  type Shred,
  shredContent,
} from '../src/index.js'
import {
  buyDirect as buy,
  clientOf,
  downloadDirect,
  openDatabaseOf,
  publish,
  random32,
  type Stage,
  setStage,
  startOn,
  until,
} from './_util.js'

const ASSETS = process.env.GRISTMILL_DEEP ? 1_000 : 100
const CHILD = fileURLToPath(new URL('children/rotate.ts', import.meta.url))

/** sha256 of every file of data. */
async function dataOf(directory: string): Promise<Map<string, string>> {
  const files = new Map<string, string>()
  for (const name of await readdir(join(directory, 'blobs'), { recursive: true })) {
    const path = join(directory, 'blobs', name)
    if ((await stat(path)).isFile())
      files.set(
        name,
        createHash('sha256')
          .update(await readFile(path))
          .digest('hex'),
      )
  }
  return files
}

async function packetsOf(stage: Stage): Promise<Map<string, string>> {
  await using db = await openDatabaseOf(stage)
  const rows = await db.selectFrom('uploads').select(['upload_id', 'key_packets']).execute()
  return new Map(rows.map((row) => [row.upload_id, Buffer.from(row.key_packets ?? []).toString('hex')]))
}

async function download(buyer: Client, orderId: OrderId): Promise<Uint8Array> {
  await buyer.orders.wait({ orderId, pollMs: 50 })
  return downloadDirect(buyer, orderId)
}

/** Rows of assets as the datatrust stores them; a rotation has no need of their data. */
async function addAssets({ params, ...stage }: Stage, count: number): Promise<void> {
  const { publicKey } = (await openSecrets({ keyFiles: defaultKeyFiles(params.dataDirectory) })).openpgp
  const recipient = await readRecipient(publicKey)
  await using db = await openDatabaseOf({ ...stage, params } as Stage)
  for (let index = 0; index < count; index += 1) {
    const { keyPackets } = await sealMessage(oneByte(), { recipient })
    await db
      .insertInto('uploads')
      .values({
        account: stage.localnet.actors.maker.address as Address,
        upload_id: random32(),
        files: JSON.stringify([{ name: 'a', sizeBytes: 1 }]),
        size_bytes: 1,
        created_at: Math.floor(Date.now() / 1_000),
        blob_key: `assets/none-${index}`,
        content_root: random32(),
        secret: new Uint8Array(32),
        key_packets: keyPackets,
        key_fingerprint: recipient.fingerprint,
      })
      .execute()
  }
}

async function* oneByte() {
  yield new Uint8Array(1)
}

describe('the rotation of the OpenPGP key', () => {
  let stage: Stage
  let server: Server
  beforeAll(async () => {
    stage = await setStage()
    server = await startOn(stage)
  }, 120_000)
  afterAll(async () => {
    await server?.close()
    await stage?.close()
  })

  const announce = async () => {
    const { datatrust, operator, directory } = stage
    const before = await operator.datatrusts.get({ datatrust })
    const { keyFingerprint } = await prepareIdentity({ dataDirectory: directory })
    await operator.datatrusts.update({ ...before, keyFingerprint })
  }
  const upload = (maker: Client, index: number) => {
    const content = new TextEncoder().encode(`asset ${index}`)
    return maker.listings.upload({ content, files: [{ name: 'a.txt', sizeBytes: content.length }] })
  }

  it('rewraps every asset, goes on after kill -9, touches no data, and stops nobody', {
    timeout: 300_000,
  }, async () => {
    const maker = await clientOf(stage.localnet, 'maker', server.url)
    const { listing, content } = await publish(maker, stage.market)
    await server.close()
    await addAssets(stage, ASSETS - 1)
    const [data, before] = [await dataOf(stage.directory), await packetsOf(stage)]
    expect(before.size).toBe(ASSETS)

    const params = { ...stage.params, chain: { ...stage.params.chain, chainId: String(stage.localnet.chainId) } }
    const child = spawn(process.execPath, [CHILD, JSON.stringify({ params, dieAfter: 30 })], { stdio: 'inherit' })
    expect((await once(child, 'exit'))[1]).toBe('SIGKILL')
    const half = await listDatatrustKeys(stage.params)
    expect(half.keys).toMatchObject([
      { assets: ASSETS - 30, isNewest: false, isAnnounced: true },
      { assets: 30, isNewest: true, isAnnounced: false },
    ])
    const [old, next] = half.keys.map(({ fingerprint }) => fingerprint)
    if (old === undefined || next === undefined) throw new Error('there are two keys')

    // With both keys it serves, and is asked to go on meanwhile.
    server = await startOn(stage)
    const [serving, buyer] = await Promise.all([
      clientOf(stage.localnet, 'maker', server.url),
      clientOf(stage.localnet, 'buyer', server.url),
    ])
    await expect(destroyDatatrustKey(stage.params, old)).rejects.toMatchObject({ details: { code: 'KEY_IN_USE' } })
    const said: number[] = []
    const rotating = rotateDatatrustKeys(stage.params, { onProgress: ({ doneAssets }) => said.push(doneAssets) })
    const [order] = await Promise.all([buy(buyer, listing), upload(serving, ASSETS)])
    expect(await download(buyer, order)).toEqual(Buffer.from(content))
    expect(await rotating).toMatchObject({ isNew: false, newest: next, rewrapped: ASSETS - 30 })
    expect(said.at(-1)).toBe(ASSETS - 30)
    // Until the chain names it, another call makes no third key.
    expect(await rotateDatatrustKeys(stage.params)).toMatchObject({ isNew: false, newest: next, rewrapped: 0 })
    await expect(destroyDatatrustKey(stage.params, old)).rejects.toMatchObject({ details: { code: 'KEY_IN_USE' } })
    await announce()
    await expect(destroyDatatrustKey(stage.params, next)).rejects.toMatchObject({ details: { code: 'KEY_IN_USE' } })
    expect((await destroyDatatrustKey(stage.params, old)).keys).toMatchObject([
      { fingerprint: next, assets: ASSETS + 1, isNewest: true, isAnnounced: true },
    ])
    const card = (await (await fetch(`${server.url}/v1/datatrust`)).json()) as { publicKey: string }
    expect(card.publicKey).toContain('PUBLIC KEY')
    expect(await download(buyer, await buy(buyer, listing))).toEqual(Buffer.from(content))
    await server.close()

    // No byte of what was stored before has changed; every key packet has.
    const after = await packetsOf(stage)
    for (const [uploadId, packets] of before) expect(after.get(uploadId)).not.toBe(packets)
    expect(after.size).toBe(ASSETS + 1)
    const dataAfter = await dataOf(stage.directory)
    for (const [name, hash] of data) expect(dataAfter.get(name), name).toBe(hash)

    // The second key opens all of them alone: a third takes them over from it.
    server = await startOn(stage)
    expect(await rotateDatatrustKeys(stage.params)).toMatchObject({ isNew: true, rewrapped: ASSETS + 1 })
  })

  it('and content goes for good once its listing has ended and no order can be served', {
    timeout: 120_000,
  }, async () => {
    const { localnet, market, params, directory } = stage
    const [maker, buyer] = await Promise.all([
      clientOf(localnet, 'maker', server.url),
      clientOf(localnet, 'buyer', server.url),
    ])
    const { listing } = await publish(maker, market)
    const order = await buy(buyer, listing)
    await download(buyer, order)
    const shred = () => shredContent(params, listing)
    const refused = { details: { code: 'NOT_SHREDDABLE' } }
    await expect(shred()).rejects.toMatchObject(refused)
    await maker.listings.exit({ listing })
    await expect(shred()).rejects.toMatchObject(refused)
    // The exit is over; the last order's window is not.
    const last = await buy(buyer, listing)
    await localnet.advance(HOUR + 60)
    await expect(shred()).rejects.toMatchObject(refused)
    await localnet.advance(30 * DAY)

    const data = await dataOf(directory)
    const done = await until<Shred | undefined>(() => shred().catch(() => undefined))
    expect(done).toMatchObject({ listings: [listing] })
    expect((await dataOf(directory)).size).toBe(data.size - 1)
    await expect(shred()).rejects.toMatchObject({ details: { code: 'ASSET_SHREDDED' } })
    await expect(download(buyer, order)).rejects.toMatchObject({ code: 'ASSET_SHREDDED' })
    await expect(download(buyer, last)).rejects.toMatchObject({ code: expect.stringMatching(/ORDER|SHREDDED/) })

    await server.close()
    await using db = await openDatabaseOf(stage)
    const [row] = await db.selectFrom('uploads').selectAll().where('shredded_at', 'is not', null).execute()
    // Only what was attested for compute, or with a checksum, was ever hashed as a whole.
    const hashed = await db.selectFrom('uploads').select('upload_id').where('sha256', 'is not', null).execute()
    expect(hashed).toEqual([])
    const gone = { blob_key: null, secret: null, key_packets: null, sha256: null, content_root: null }
    expect(row).toMatchObject(gone)
    expect(await db.selectFrom('shreds').select(['content_root', 'reason']).execute()).toEqual([
      { content_root: done?.contentRoot, reason: 'operator' },
    ])
    await expect(db.deleteFrom('shreds').execute()).rejects.toThrow('stays on record')
  })
})
