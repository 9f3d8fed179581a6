import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Hex } from '@gristmill/protocol'
import type { Wallet } from 'ethers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Server } from '../src/index.js'
import { type Answer, authorization, send, sendSigned } from './_http.js'
import { clientOf, makeCsv, random32, rootOf, type Stage, setStage, sha256, startOn, until, walletOf } from './_util.js'

const SIZE = 300_000
const content = new Uint8Array(SIZE).fill(7)

describe('uploads', () => {
  let stage: Stage
  let server: Server
  let maker: Wallet
  let stranger: Wallet

  beforeAll(async () => {
    stage = await setStage()
    server = await startOn({
      ...stage,
      params: { ...stage.params, limits: { ...stage.params.limits, maxAssetBytes: 10 ** 6 } },
    })
    maker = walletOf(stage.localnet, 'maker')
    stranger = walletOf(stage.localnet, 'stranger')
  }, 120_000)
  afterAll(async () => {
    await server?.close()
    await stage?.close()
  })

  const announce = (uploadId: Hex, files: unknown = [{ name: 'a.bin', sizeBytes: SIZE }], wallet = maker) =>
    sendSigned(stage, server.url, wallet, { method: 'POST', resource: '/v1/uploads', json: { uploadId, files } })

  async function put(uploadId: Hex, body: Uint8Array[], more: { length?: number; breakAfter?: number } = {}) {
    const resource = `/v1/uploads/${uploadId}/content`
    const length = more.length === undefined ? {} : { 'content-length': String(more.length) }
    const headers = { authorization: await authorization(stage, maker, { method: 'PUT', resource }), ...length }
    const { breakAfter } = more
    return send(server.url + resource, {
      method: 'PUT',
      headers,
      body,
      ...(breakAfter === undefined ? {} : { breakAfter }),
    })
  }
  const stateOf = async (uploadId: Hex) => {
    const answer = await sendSigned(stage, server.url, maker, { method: 'GET', resource: `/v1/uploads/${uploadId}` })
    return (JSON.parse(answer.body.toString()) as { state: string }).state
  }
  const blobs = () => readdir(join(stage.directory, 'blobs'), { recursive: true })
  const json = (answer: Answer) => JSON.parse(answer.body.toString()) as Record<string, unknown>

  it('store exactly what was announced, and answer the same again', async () => {
    const uploadId = random32()
    const announced = await announce(uploadId)
    const first = await put(uploadId, [content.subarray(0, 10), content.subarray(10)])
    expect(first).toMatchObject({ status: 200 })
    const { blindSecret } = json(announced) as { blindSecret: Hex }
    expect(json(first)).toMatchObject({
      state: 'stored',
      content: { contentRoot: await rootOf(content, { blindSecret }) },
    })
    expect(json(await announce(uploadId))).toEqual(json(first))
    expect(json(await put(uploadId, [content], { length: SIZE }))).toEqual(json(first))
    expect(await put(uploadId, [new Uint8Array(SIZE)])).toMatchObject({ status: 409, code: 'UPLOAD_CONFLICT' })
  })

  it('refuse what is too long or too short, keep nothing, and can be sent again', async () => {
    const uploadId = random32()
    await announce(uploadId)
    const before = await blobs()
    expect(await put(uploadId, [content, new Uint8Array(1)])).toMatchObject({ status: 413, code: 'UPLOAD_OVERSIZED' })
    expect(await put(uploadId, [content.subarray(1)])).toMatchObject({ status: 400, code: 'UPLOAD_TRUNCATED' })
    expect(await put(uploadId, [], { length: 0 })).toMatchObject({ status: 400, code: 'LENGTH_MISMATCH' })
    expect(await put(uploadId, [content.subarray(1)], { length: SIZE - 1 })).toMatchObject({ code: 'LENGTH_MISMATCH' })
    await expect(put(uploadId, [content.subarray(0, 9_999), content], { breakAfter: 9_999 })).rejects.toThrow()
    expect(await stateOf(uploadId)).toBe('announced')
    // The broken one may be on its way still.
    await until(async () => (await put(uploadId, [content])).status === 200)
    await until(async () => (await blobs()).length === before.length + 1)
  })

  it('take one stream at a time', async () => {
    const uploadId = random32()
    await announce(uploadId)
    const [first, second] = await Promise.all([put(uploadId, [content]), put(uploadId, [content])])
    const statuses = [first.status, second.status].toSorted()
    expect(statuses[0]).toBe(200)
    expect([200, 409]).toContain(statuses[1])
    expect(await stateOf(uploadId)).toBe('stored')
  })

  it.each(['../etc/passwd', 'a/b', 'a\\b', '..', 'con:', 'tab\t', ' lead', 'dot.'])(
    'refuse the file name %j',
    async (name) => {
      const answer = await announce(random32(), [{ name, sizeBytes: 1 }])
      expect(answer).toMatchObject({ status: 400, code: 'REQUEST_INVALID' })
    },
  )

  it('refuse other files under a used id, repeated names, and more than the limit', async () => {
    const uploadId = random32()
    await announce(uploadId)
    const one = { name: 'a', sizeBytes: 1 }
    expect(await announce(uploadId, [one])).toMatchObject({ status: 409, code: 'UPLOAD_CONFLICT' })
    expect(await announce(random32(), [one, { ...one, name: 'A' }])).toMatchObject({ code: 'REQUEST_INVALID' })
    const huge = [{ name: 'a', sizeBytes: 10 ** 6 + 1 }]
    expect(await announce(random32(), huge)).toMatchObject({ status: 413, code: 'ASSET_TOO_LARGE' })
  })

  it('belong to their account: others neither see nor disturb them', async () => {
    const uploadId = random32()
    await announce(uploadId)
    const resource = `/v1/uploads/${uploadId}`
    expect(await sendSigned(stage, server.url, stranger, { method: 'GET', resource })).toMatchObject({
      code: 'UPLOAD_NOT_FOUND',
    })
    expect(await announce(uploadId, [{ name: 'mine', sizeBytes: 5 }], stranger)).toMatchObject({ status: 200 })
    expect(await stateOf(uploadId)).toBe('announced')
  })

  it('leave no plaintext on the disk, and keys for their owner only', async () => {
    const marker = `needle-${random32()}`
    const bytes = new TextEncoder().encode(marker.repeat(50))
    const client = await clientOf(stage.localnet, 'maker', server.url)
    await client.listings.upload({ content: bytes, files: [{ name: 'needle.txt', sizeBytes: bytes.length }] })
    const files = await readdir(stage.directory, { recursive: true, withFileTypes: true })
    for (const file of files.filter((entry) => entry.isFile())) {
      const path = join(file.parentPath, file.name)
      expect((await readFile(path)).includes(marker), path).toBe(false)
      if (file.parentPath.endsWith('keys')) expect((await stat(path)).mode & 0o777).toBe(0o600)
    }
  })

  it('are attested only for what they are', async () => {
    const client = await clientOf(stage.localnet, 'maker', server.url)
    const bytes = makeCsv()
    const files = [{ name: 'table.csv', sizeBytes: bytes.length }]
    const upload = await client.listings.upload({ content: bytes, files })
    const wish = { upload, market: stage.market, salt: random32(), services: ['access' as const] }
    const metadata = { version: 1 as const, name: 'Table', license: 'CC0-1.0', files }
    const attempt = (more: object) => client.listings.attest({ ...wish, metadata: { ...metadata, ...more } })
    await expect(attempt({ files: [{ name: 'other.csv', sizeBytes: bytes.length }] })).rejects.toMatchObject({
      code: 'ATTESTATION_TERMS',
    })
    await expect(attempt({ checksums: [random32()] })).rejects.toMatchObject({ code: 'ATTESTATION_TERMS' })
    const first = await attempt({ checksums: [sha256(bytes)] })
    expect(await attempt({ checksums: [sha256(bytes)] })).toEqual(first)
    await expect(client.listings.attest({ ...wish, services: ['compute'], metadata })).rejects.toMatchObject({
      code: 'ATTESTATION_TERMS',
    })
    const empty = random32()
    await announce(empty)
    await expect(
      client.listings.attest({ ...wish, upload: { ...upload, uploadId: empty }, metadata }),
    ).rejects.toMatchObject({ code: 'UPLOAD_INCOMPLETE' })
  })
})
