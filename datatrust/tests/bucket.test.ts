import { chmod, cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { S3BlobStore } from '@gristmill/storage/s3'
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest'
import { configFromEnv } from '../src/config/config.js'
import { bucketParamsOf } from '../src/config/open-blobs.js'
import {
  backup,
  type ConfigParams,
  createConfig,
  doctor,
  type Finding,
  restore,
  type Server,
  start,
} from '../src/index.js'
import { Wire } from './_big.js'
import { buyDirect, clientOf, downloadDirect, publish, type Stage, setStage, until } from './_util.js'

const s3 = inject('s3Server')

describe.skipIf(s3 === undefined)('a datatrust over a bucket', () => {
  let stage: Stage
  let server: Server
  let params: ConfigParams
  const openBucket = async () => {
    const store = await S3BlobStore.open(
      await bucketParamsOf({ ...params, chain: params.chain as never }, params.bucket!),
    )
    onTestFinished(() => store.close())
    return store
  }

  beforeAll(async () => {
    stage = await setStage()
    const { endpoint, ...credentials } = s3!
    const credentialsFile = join(stage.directory, 'bucket.json')
    await writeFile(credentialsFile, JSON.stringify(credentials), { mode: 0o600 })
    params = { ...stage.params, bucket: { name: 'datatrust', region: 'us-east-1', endpoint, credentialsFile } }
    server = await start(params)
  }, 120_000)
  afterAll(async () => {
    await server?.close()
    await stage?.close()
  })

  it('keeps assets there, across a restart, and nothing on its disk', async () => {
    const [maker, buyer] = await Promise.all([
      clientOf(stage.localnet, 'maker', server.url),
      clientOf(stage.localnet, 'buyer', server.url),
    ])
    const { listing, content } = await publish(maker, stage.market)
    const orderId = await buyDirect(buyer, listing)
    await buyer.orders.wait({ orderId, pollMs: 50 })
    await server.close()
    server = await start(params)
    const again = await clientOf(stage.localnet, 'buyer', server.url)
    expect(await downloadDirect(again, orderId)).toEqual(Buffer.from(content))
    expect(await readdir(stage.directory)).not.toContain('blobs')
    const store = await openBucket()
    const { keys } = await store.list('assets/')
    expect(keys).toHaveLength(1)

    // A bit is flipped at rest: whoever gets it sees that, not the data.
    const [key] = keys as [string]
    const stored: Uint8Array[] = []
    for await (const chunk of await store.open(key)) stored.push(chunk)
    const damaged = Buffer.concat(stored)
    damaged[damaged.length - 20]! ^= 1
    await store.delete(key)
    await store.put(key, once(damaged), { maxBytes: damaged.length })
    await expect(downloadDirect(again, orderId)).rejects.toMatchObject({ code: 'TAMPERED_MESSAGE' })
  })

  it('that does not answer makes the datatrust not ready, by name and without its address', async () => {
    const ready = async ({ url }: Server) => {
      const answer = await fetch(`${url}/v1/health/ready`)
      return { status: answer.status, text: await answer.text() }
    }
    const { text: before } = await ready(server)
    expect(JSON.parse(before).parts).toContainEqual({ part: 'storage', status: 'ok' })
    await server.close()
    const wire = await Wire.to(params.bucket!.endpoint!)
    await using again = await start({ ...params, bucket: { ...params.bucket!, endpoint: wire.url } })
    await wire[Symbol.asyncDispose]()
    const { text } = await until(async () => {
      const answer = await ready(again)
      return answer.status === 503 ? answer : undefined
    })
    expect(JSON.parse(text).details.parts).toContainEqual({
      part: 'storage',
      status: 'fail',
      reason: 'the bucket does not answer, or refuses',
    })
    expect(text).not.toContain(new URL(wire.url).port)
    await again.close()
    server = await start(params)
  })

  it('is backed up by copies or by reference, running or not, and restored from either', async () => {
    const [maker, buyer] = await Promise.all([
      clientOf(stage.localnet, 'maker', server.url),
      clientOf(stage.localnet, 'buyer', server.url),
    ])
    const { listing, content } = await publish(maker, stage.market)
    const orderId = await buyDirect(buyer, listing)
    await buyer.orders.wait({ orderId, pollMs: 50 })
    const place = (name: string) => join(stage.directory, '..', `${basename(stage.directory)}-${name}`)
    const places = ['live', 'copied', 'restored', 'elsewhere', 'never'].map(place)
    onTestFinished(async () => {
      for (const path of places) await rm(path, { recursive: true, force: true })
    })
    const { dataDirectory } = params
    const live = await backup({ dataDirectory, to: place('live'), blobs: 'refer' })
    await server.close()
    const copied = await backup({ dataDirectory, to: place('copied') })
    expect(live.blobs).toBeGreaterThan(0)
    expect([copied.blobs, copied.blobBytes]).toEqual([live.blobs, live.blobBytes])
    expect(await readdir(place('live'))).not.toContain('store')
    const manifest = JSON.parse(await readFile(join(place('live'), 'manifest.json'), 'utf8'))
    const { name: bucketName, region, endpoint } = params.bucket!
    expect(manifest.bucket).toEqual({
      name: bucketName,
      region,
      endpoint,
      prefix: expect.stringMatching(/^gristmill-/),
    })
    const [first] = (await readFile(join(place('live'), 'blobs.jsonl'), 'utf8')).split('\n')
    expect(JSON.parse(first!)).toEqual({
      name: expect.any(String),
      sizeBytes: expect.any(Number),
      sha256: expect.stringMatching(/^0x/),
    })
    for (const file of await readdir(place('live'))) {
      if (file !== 'db') expect(await readFile(join(place('live'), file), 'utf8')).not.toContain(s3!.secretAccessKey)
    }

    const { credentialsFile } = params.bucket!
    const referring = { from: place('live'), bucket: { credentialsFile } }
    const missing = restore({ ...referring, bucket: {}, dataDirectory: place('never') })
    await expect(missing).rejects.toMatchObject({ code: 'BUCKET_NEEDED' })
    await restore({ ...referring, dataDirectory: place('restored') })
    const collect = async (bucket: NonNullable<ConfigParams['bucket']>, directory: string) => {
      await cp(join(stage.directory, 'keys'), join(directory, 'keys'), { recursive: true })
      await using again = await start({ ...params, dataDirectory: directory, bucket })
      const client = await clientOf(stage.localnet, 'buyer', again.url)
      expect(await downloadDirect(client, orderId)).toEqual(Buffer.from(content))
    }
    await collect(params.bucket!, place('restored'))
    expect(await readdir(place('restored'))).not.toContain('blobs')

    const elsewhere = { ...params.bucket!, prefix: 'elsewhere/' }
    await restore({ from: place('copied'), dataDirectory: place('elsewhere'), bucket: elsewhere })
    await collect(elsewhere, place('elsewhere'))
    expect(await readdir(place('elsewhere'))).not.toContain('blobs')

    // What the bucket lost, or has otherwise, is found before a datatrust serves without it.
    const store = await openBucket()
    const key = (await store.list('assets/')).keys.at(-1)!
    const stored: Uint8Array[] = []
    for await (const chunk of await store.open(key)) stored.push(chunk)
    const bytes = Buffer.concat(stored)
    await store.delete(key)
    const lost = () => restore({ ...referring, dataDirectory: place('never') })
    await expect(lost()).rejects.toMatchObject({ code: 'BACKUP_CORRUPT' })
    const other = Buffer.from(bytes)
    other[7]! ^= 1
    await store.put(key, once(other), { maxBytes: other.length })
    await expect(lost()).rejects.toMatchObject({ code: 'BACKUP_CORRUPT' })
  }, 120_000)

  it('is looked at by the doctor, who leaves nothing there', async () => {
    const findings = async (bucket: Partial<NonNullable<ConfigParams['bucket']>>) => {
      const found: Finding[] = []
      const config = createConfig({ ...params, bucket: { ...params.bucket!, ...bucket } })
      for await (const finding of doctor(config)) if (finding.check === 'bucket') found.push(finding)
      return found.map(({ status, message }) => `${status} ${message}`)
    }
    // Swift has neither conditional writes nor CRC32C.
    expect(await findings({ checksum: 'CRC32C' })).toEqual([
      expect.stringMatching(/^ok /),
      'warn has no conditional writes',
      'fail keeps no CRC32C',
    ])
    expect(await findings({ name: 'nowhere' })).toEqual([expect.stringMatching(/^fail .*nowhere.*404/)])
    expect((await (await openBucket()).list('probe/')).keys).toEqual([])
  })

  it('is not started with credentials that others may read, and never shows them', async () => {
    const { credentialsFile } = params.bucket!
    await chmod(credentialsFile, 0o644)
    await expect(bucketParamsOf({ ...params, chain: params.chain as never }, params.bucket!)).rejects.toMatchObject({
      code: 'KEY_FILE',
    })
    await chmod(credentialsFile, 0o600)
    await writeFile(credentialsFile, '{"accessKeyId":"mine","secretAccessKey":')
    const error = await bucketParamsOf({ ...params, chain: params.chain as never }, params.bucket!).catch(
      (caught: unknown) => caught,
    )
    expect(error).toMatchObject({ code: 'KEY_FILE' })
    expect(String(error)).not.toContain('mine')
  })
})

it('a bucket is configured whole, or not at all', async () => {
  const env = { DATATRUST_S3_BUCKET: 'grain', DATATRUST_S3_REGION: 'us-east-1' } as never
  await expect(configFromEnv(env)).rejects.toMatchObject({
    code: 'CONFIGURATION',
    details: { faults: [{ variable: 'DATATRUST_S3_CREDENTIALS_FILE' }] },
  })
})

async function* once(bytes: Uint8Array) {
  yield bytes
}
