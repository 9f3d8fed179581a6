import { readdir, readFile, writeFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { basename, join } from 'node:path'
import { type AttestationAnswer, DAY, type Hex, HOUR, trainerDigest, type Upload } from '@gristmill/protocol'
import { createExecutors, createTrainerExecutor, createWasmExecutor } from '@gristmill/runner'
import type { BlobStore } from '@gristmill/storage'
import type { Wallet } from 'ethers'
import { type Dialect, type Driver, Kysely } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createConfig } from '../src/config/config.js'
import { openBlobs } from '../src/config/open-blobs.js'
import type { Database } from '../src/db/open-database.js'
import { type Server, type Shred, shredContent } from '../src/index.js'
import { sweepUploads } from '../src/uploads/unlisted.js'
import { type Answer, authorization, send, sendSigned } from './_http.js'
import {
  ACCESS_PRICE,
  buy,
  clientOf,
  download,
  makeCsv,
  policyFor,
  publish,
  random32,
  rootOf,
  type Stage,
  setStage,
  sha256,
  startOn,
  until,
  walletOf,
} from './_util.js'
import { WatchedBlobs } from './_watched-blobs.js'

/** Several chunks of a store. */
const SIZE = 2_000_000
const contentOf = (byte: number) => new Uint8Array(SIZE).fill(byte)
const FILES = [{ name: 'a.bin', sizeBytes: SIZE }]

const TRAINER = trainerDigest('dp-linear-regression')
const NOISY = policyFor(TRAINER, {
  algorithms: [{ digest: TRAINER, runtime: 'trainer', parameters: { lambdaMicros: { min: 100, max: 1_000 } } }],
  privacy: { mode: 'trusted-dp', epsilonMicros: 1_000_000, clipMicros: 1_000_000 },
  airlock: 'auto',
})

describe('hostile uploads', () => {
  let stage: Stage
  let server: Server
  let blobs: BlobStore
  let watched: WatchedBlobs
  /** Beside the server, over what it talks to its database by. */
  let db: Database
  let maker: Wallet

  beforeAll(async () => {
    stage = await setStage()
    maker = walletOf(stage.localnet, 'maker')
    await open()
  }, 120_000)
  afterAll(async () => {
    await server?.close()
    await blobs?.close()
    await stage?.close()
  })

  async function open(): Promise<void> {
    blobs = await openBlobs(createConfig(stage.params))
    watched = new WatchedBlobs(blobs)
    const dialect = (own: Dialect): Dialect => {
      const driver = own.createDriver()
      db = new Kysely({ dialect: { ...parts(own), createDriver: () => guestOf(driver) } })
      return { ...parts(own), createDriver: () => driver }
    }
    const executors = createExecutors([createWasmExecutor(), createTrainerExecutor()])
    const params = { ...stage.params, http: { drainSeconds: 0 } }
    server = await startOn({ ...stage, params }, { blobs: watched.store, dialect, executors })
  }

  const announce = async (uploadId: Hex, files = FILES, wallet = maker) =>
    sendSigned(stage, server.url, wallet, { method: 'POST', resource: '/v1/uploads', json: { uploadId, files } })
  const uploadOf = (answer: Answer) => JSON.parse(answer.body.toString()) as Upload
  const contentPath = (uploadId: Hex) => `/v1/uploads/${uploadId}/content`
  async function put(uploadId: Hex, body: Uint8Array): Promise<Answer> {
    const resource = contentPath(uploadId)
    const headers = { authorization: await authorization(stage, maker, { method: 'PUT', resource }) }
    return send(server.url + resource, { method: 'PUT', headers, body: [body] })
  }
  async function upload(content: Uint8Array, uploadId = random32()): Promise<Hex> {
    await announce(uploadId)
    expect(await put(uploadId, content)).toMatchObject({ status: 200 })
    return uploadId
  }
  /** For download, with a checksum: that the content has to be read for. */
  const wishOf = (content: Uint8Array, files = FILES) => ({
    market: stage.market,
    salt: random32(),
    services: ['access'],
    metadata: { version: 1, name: 'A', license: 'CC0-1.0', files, checksums: [sha256(content)] },
  })
  const attest = (uploadId: Hex, content: Uint8Array, files = FILES) => {
    const resource = `/v1/uploads/${uploadId}/attestation`
    return sendSigned(stage, server.url, maker, { method: 'POST', resource, json: wishOf(content, files) })
  }
  const rowOf = (uploadId: Hex) =>
    db.selectFrom('uploads').selectAll().where('upload_id', '=', uploadId).executeTakeFirst()
  async function fileOf(blobKey: string): Promise<string> {
    const names = await readdir(join(stage.directory, 'blobs'), { recursive: true })
    return join(stage.directory, 'blobs', names.find((name) => name.includes(basename(blobKey))) as string)
  }
  /** Forgets what nobody has listed, however young it is. */
  const forget = () =>
    sweepUploads({
      db,
      blobs,
      config: createConfig({ ...stage.params, limits: { unlistedSeconds: -HOUR } }),
      follower: { chainTime: () => Math.floor(Date.now() / 1_000) },
    })

  describe('at the announcement', () => {
    it('get one secret, however often and at once it is announced; another account gets another', async () => {
      const uploadId = random32()
      const answers = await Promise.all(Array.from({ length: 20 }, () => announce(uploadId)))
      const secrets = new Set(answers.map((answer) => uploadOf(answer).blindSecret))
      expect(secrets.size).toBe(1)
      const stranger = walletOf(stage.localnet, 'stranger')
      const other = uploadOf(await announce(uploadId, FILES, stranger))
      expect(other.blindSecret).toMatch(/^0x[0-9a-f]{64}$/)
      expect(secrets.has(other.blindSecret)).toBe(false)
      // Nor by the state, nor by what is sent to it.
      const resource = contentPath(uploadId)
      const headers = { authorization: await authorization(stage, stranger, { method: 'PUT', resource }) }
      expect(await send(server.url + resource, { method: 'PUT', headers, body: [contentOf(1)] })).toMatchObject({
        status: 200,
      })
      expect((await rowOf(uploadId))?.account).toBeDefined()
      const mine = await sendSigned(stage, server.url, maker, { method: 'GET', resource: `/v1/uploads/${uploadId}` })
      expect(uploadOf(mine)).toMatchObject({ state: 'announced', blindSecret: [...secrets][0] })
    })

    it('that were forgotten while they were sent store nothing for who announces the same id anew', async () => {
      const uploadId = random32()
      await announce(uploadId)
      const resource = contentPath(uploadId)
      const headers = { authorization: await authorization(stage, maker, { method: 'PUT', resource }) }
      const slow = httpRequest(server.url + resource, { method: 'PUT', headers })
      const answered = new Promise<number>((resolve, reject) => {
        slow.on('response', (response) => resolve(response.resume().statusCode ?? 0)).on('error', reject)
      })
      slow.write(contentOf(1).subarray(1))
      await until(async () => (await announce(uploadId)).status === 200)
      await new Promise((resolve) => setTimeout(resolve, 200))
      await forget()
      const files = [{ name: 'small.bin', sizeBytes: 5 }]
      const anew = uploadOf(await announce(uploadId, files))
      slow.end(new Uint8Array([1]))
      expect(await answered).toBe(404)
      expect(await rowOf(uploadId)).toMatchObject({ blob_key: null, content_root: null })
      const content = new Uint8Array([1, 2, 3, 4, 5])
      const stored = uploadOf(await put(uploadId, content))
      expect(stored.content?.contentRoot).toBe(await rootOf(content, anew))
    })
  })

  describe('at the attestation', () => {
    const answerOf = (answer: Answer) => JSON.parse(answer.body.toString()) as AttestationAnswer

    it('are hashed once, however many attestations are asked for at once', async () => {
      const content = contentOf(2)
      const uploadId = await upload(content)
      const before = watched.passes
      const answers = await Promise.all(Array.from({ length: 10 }, () => attest(uploadId, content)))
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
      expect(await attest(uploadId, contentOf(3))).toMatchObject({ status: 422, code: 'ATTESTATION_TERMS' })
      expect(watched.passes - before).toBe(1)
    })

    it('are hashed to the end for who went away, and not again when asked anew', async () => {
      const content = contentOf(10)
      const uploadId = await upload(content)
      const before = watched.passes
      const { reached, release } = watched.hold()
      const resource = `/v1/uploads/${uploadId}/attestation`
      const body = new TextEncoder().encode(JSON.stringify(wishOf(content)))
      const headers = {
        authorization: await authorization(stage, maker, { method: 'POST', resource, body }),
        'content-type': 'application/json',
      }
      const asking = httpRequest(server.url + resource, { method: 'POST', headers })
      asking.on('error', () => undefined).end(body)
      await reached
      asking.destroy()
      release()
      await until(async () => (await rowOf(uploadId))?.sha256 === sha256(content))
      expect(await attest(uploadId, content)).toMatchObject({ status: 200 })
      expect(watched.passes - before).toBe(1)
    })

    it('are hashed one at a time, by turns: who has little does not wait for who has much', async () => {
      const content = contentOf(9)
      const small = await Promise.all([upload(content), upload(content), upload(content)])
      const large = new Uint8Array(65 * 2 ** 20)
      const files = [{ name: 'large.bin', sizeBytes: large.length }]
      const largeId = random32()
      await announce(largeId, files)
      expect(await put(largeId, large)).toMatchObject({ status: 200 })
      watched.atOnce = 0
      const { reached, release } = watched.hold()
      const ended: string[] = []
      const answer = async (name: string, asked: Promise<Answer>) => {
        expect(await asked).toMatchObject({ status: 200 })
        ended.push(name)
      }
      const asked = [answer('large', attest(largeId, large, files))]
      await reached
      asked.push(...small.map((uploadId) => answer('small', attest(uploadId, content))))
      // All of them are here.
      await new Promise((resolve) => setTimeout(resolve, 500))
      release()
      await Promise.all(asked)
      expect(ended).toEqual(['small', 'small', 'small', 'large'])
      expect(watched.atOnce).toBe(1)
    })

    it('that were damaged at rest are attested to nobody, and read once for all who ask', async () => {
      const content = contentOf(4)
      const uploadId = await upload(content)
      const path = await fileOf((await rowOf(uploadId))?.blob_key as string)
      const stored = await readFile(path)
      const damaged = Uint8Array.from(stored)
      damaged[SIZE / 2] = 1 ^ (damaged[SIZE / 2] as number)
      await writeFile(path, damaged)
      const before = watched.passes
      const { reached, release } = watched.hold()
      const asking = Array.from({ length: 10 }, () => attest(uploadId, content))
      await reached
      // All of them are here.
      await new Promise((resolve) => setTimeout(resolve, 500))
      release()
      const answers = await Promise.all(asking)
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 500))
      expect(watched.passes - before).toBe(1)
      expect(await rowOf(uploadId)).toMatchObject({ sha256: null })
      await writeFile(path, stored)
      expect(await attest(uploadId, content)).toMatchObject({ status: 200 })
    })

    it('are not attested when they were forgotten meanwhile, and others have come under the same id', async () => {
      const [first, second] = [contentOf(5), contentOf(6)]
      const uploadId = await upload(first)
      const { reached, release } = watched.hold()
      const asked = attest(uploadId, first)
      await reached
      await forget()
      await upload(second, uploadId)
      release()
      expect(await asked).toMatchObject({ status: 404, code: 'UPLOAD_NOT_FOUND' })
      const anew = uploadOf(await announce(uploadId))
      const attested = answerOf(await attest(uploadId, second))
      expect(attested.contentRoot).toBe(await rootOf(second, anew))
    })

    it('are not attested when they were destroyed meanwhile, whatever else has as many bytes', async () => {
      const table = makeCsv()
      const [head, ...rows] = new TextDecoder().decode(table).trimEnd().split('\n')
      const content = new TextEncoder().encode(`${[head, ...rows.toReversed()].join('\n')}\n`)
      const files = [{ name: 'table.csv', sizeBytes: table.length }]
      const metadata = { version: 1 as const, name: 'Table', license: 'CC0-1.0', files }
      const client = await clientOf(stage.localnet, 'maker', server.url)
      const published = await client.listings.publish({
        market: stage.market,
        content,
        files,
        metadata: { name: 'A', license: 'CC0-1.0' },
        prices: { access: ACCESS_PRICE },
        payment: 'permit',
      })
      const { listing, upload } = published
      await client.listings.exit({ listing })
      await stage.localnet.advance(40 * DAY)
      await until(async () => (await client.listings.get({ listing })) !== undefined)
      const wish = { market: stage.market, salt: random32(), services: ['compute' as const], metadata }
      // Runs without an epsilon would void its promise, were the bytes the same: that is asked of their hashes.
      const rival = await client.listings.upload({ content: table, files })
      await client.listings.attest({ ...wish, upload: rival, policy: NOISY })
      const { reached, release } = watched.hold()
      const asked = sendSigned(stage, server.url, maker, {
        method: 'POST',
        resource: `/v1/uploads/${upload.uploadId}/attestation`,
        json: { ...wish, salt: random32(), policy: policyFor(random32()) },
      })
      await reached
      await until<Shred | undefined>(() => shredContent(stage.params, listing).catch(() => undefined))
      release()
      expect(await asked).toMatchObject({ status: 410, code: 'ASSET_SHREDDED' })
    })

    it('are not read on when the datatrust ends', async () => {
      const content = contentOf(8)
      const uploadId = await upload(content)
      const { reached, release } = watched.hold()
      const asked = attest(uploadId, content).catch(() => undefined)
      await reached
      const { chunks } = watched
      await server.close()
      release()
      await asked
      await new Promise((resolve) => setTimeout(resolve, 200))
      expect(watched.chunks - chunks).toBeLessThanOrEqual(1)
      await blobs.close()
      await open()
      expect(await attest(uploadId, content)).toMatchObject({ status: 200 })
    })

    it('are read on for their leaves by nobody when the datatrust ends, and from the start by the next', async () => {
      const maker = await clientOf(stage.localnet, 'maker', server.url)
      const { listing, content } = await publish(maker, stage.market, { content: new Uint8Array(4 * SIZE).fill(9) })
      const buyer = await clientOf(stage.localnet, 'buyer', server.url)
      const { reached, release } = watched.hold()
      const { orderId, session } = await buy(buyer, listing)
      await reached
      const { chunks } = watched
      const closed = server.close()
      await new Promise((resolve) => setTimeout(resolve, 100))
      release()
      await closed
      // Of some thirty: those of the cells that are hashed together, and what is read ahead.
      expect(watched.chunks - chunks).toBeLessThanOrEqual(8)
      await blobs.close()
      await open()
      const again = await clientOf(stage.localnet, 'buyer', server.url)
      expect(await download(again, { orderId, session })).toEqual(Buffer.from(content))
    })
  })
})

/** The same connections, which the other one begins and ends. */
function guestOf(driver: Driver): Driver {
  const own = ['init', 'destroy']
  return new Proxy(driver, {
    get: (target, name: keyof Driver) => (own.includes(name) ? async () => {} : target[name]?.bind(target)),
  })
}

function parts(own: Dialect) {
  return {
    createAdapter: () => own.createAdapter(),
    createIntrospector: (db: Kysely<unknown>) => own.createIntrospector(db),
    createQueryCompiler: () => own.createQueryCompiler(),
  }
}
