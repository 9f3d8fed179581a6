import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { canonicalJson, toWire, ZERO_BYTES32 } from '@gristmill/protocol'
import { createSessionKey } from '@gristmill/sdk'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { prepareIdentity, type Server, start } from '../src/index.js'
import { send, sendSigned } from './_http.js'
import {
  buyersKey,
  clientOf,
  downloadDirect,
  makeCsv,
  openDatabaseOf,
  PATIENCE_MS,
  policyFor,
  publish,
  type Stage,
  setStage,
  startOn,
  until,
  walletOf,
} from './_util.js'
import { constantModel } from './_wat.js'

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url))

describe('starting', () => {
  let stage: Stage
  beforeAll(async () => {
    stage = await setStage()
  }, 120_000)
  afterAll(() => stage?.close())

  const lives: Server[] = []
  /** Ends the datatrust and starts it again; clients of the new life. */
  async function relive() {
    await lives.pop()?.close()
    const server = await startOn(stage)
    lives.push(server)
    const [maker, buyer] = await Promise.all([
      clientOf(stage.localnet, 'maker', server.url),
      clientOf(stage.localnet, 'buyer', server.url),
    ])
    return { maker, buyer }
  }
  afterAll(async () => {
    await lives.pop()?.close()
  })

  /** Ends the datatrust as if it had died before its run was written down; what was. */
  async function forgetRun() {
    await lives.pop()?.close()
    const db = await openDatabaseOf(stage)
    const runs = db.selectFrom('orders').where('kind', '=', 'compute')
    const written = await runs.select(['receipt', 'provenance']).executeTakeFirstOrThrow()
    const nothing = { receipt: null, provenance: null, message_key: null, message_bytes: null, cipher_root: null }
    await db
      .updateTable('orders')
      .set({ state: 'running', ...nothing })
      .where('kind', '=', 'compute')
      .execute()
    await db.destroy()
    return written
  }

  it('again between the steps of a sale and of a run loses nothing and does nothing twice', async () => {
    const content = makeCsv()
    let { maker, buyer } = await relive()
    // The deaths at named points are tried each time; here, between all steps with GRISTMILL_DEEP.
    const between = process.env.GRISTMILL_DEEP ? relive : async () => ({ maker, buyer })
    const { algorithm } = await buyer.orders.sendAlgorithm({ module: constantModel() })
    const policy = policyFor(algorithm)
    const { listing } = await publish(maker, stage.market, { content, policy })
    ;({ maker, buyer } = await between())
    expect((await maker.listings.list()).listings.map((one) => one.listing)).toEqual([listing])
    const { publicKey: recipientPublicKey } = await buyersKey()
    const session = createSessionKey()
    const data = await buyer.orders.quote({ listing, kind: 'access', direct: true, recipientPublicKey })
    const parameters = { rounds: 1 }
    const run = await buyer.orders.quote({ listing, kind: 'compute', ackKey: session.address, algorithm, parameters })
    ;({ maker, buyer } = await between())
    const { orderIds } = await buyer.orders.placeMany({ quotes: [data, run], payment: 'permit' })
    const [dataId, runId] = orderIds as [(typeof orderIds)[0] & {}, (typeof orderIds)[0] & {}]
    ;({ maker, buyer } = await between())
    await until(async () => (await maker.listings.approvals())[0])
    const written = await forgetRun()
    ;({ maker, buyer } = await relive())
    const pending = await until(async () => (await maker.listings.approvals())[0])
    ;({ maker, buyer } = await between())
    await maker.listings.decide({ orderId: runId, releasedHash: pending.releasedHash, approved: true })
    ;({ maker, buyer } = await between())
    await buyer.orders.wait({ orderId: runId, pollMs: 50, timeoutMs: PATIENCE_MS })
    ;({ maker, buyer } = await between())
    const { receipt, provenance } = await buyer.orders.collectModel({ orderId: runId, session })
    expect(receipt.verdict).toBe('OK')
    expect({ receipt: toWire(receipt), provenance: canonicalJson(provenance) }).toEqual(written)
    expect(await downloadDirect(buyer, dataId)).toEqual(Buffer.from(content))
    ;({ maker, buyer } = await relive())
    expect(await downloadDirect(buyer, dataId)).toEqual(Buffer.from(content))
    const events = await buyer.orders.events({ fromBlock: 0, toBlock: 'latest' })
    expect(events.map(({ type }) => type).toSorted()).toEqual(['placed', 'placed', 'revealed', 'settled'])
  }, 120_000)

  it('after the chain changed behind it reads again, and lets the chain have the last word', async () => {
    const { buyer } = await relive()
    const placed = await buyer.orders.events({ fromBlock: 0, toBlock: 'latest' })
    const orderIds = placed.filter(({ type }) => type === 'placed').map(({ orderId }) => orderId)
    await lives.pop()?.close()
    const db = await openDatabaseOf(stage)
    await db.updateTable('cursor').set({ block_hash: ZERO_BYTES32 }).execute()
    await db.updateTable('marks').set({ block_hash: ZERO_BYTES32 }).execute()
    const given = { state: 'closed' as const, closed_because: 'it was not marked in time' }
    await db.updateTable('orders').set(given).where('kind', '=', 'access').execute()
    await db.destroy()

    const again = await relive()
    expect(orderIds).toHaveLength(2)
    for (const orderId of orderIds) {
      await until(async () => (await again.buyer.orders.document({ orderId })).state === 'done')
    }
    expect(await again.buyer.orders.events({ fromBlock: 0, toBlock: 'latest' })).toEqual(placed)
  }, 90_000)

  it('with no room left takes no upload that is not listed', async () => {
    await lives.pop()?.close()
    const server = await start({ ...stage.params, limits: { ...stage.params.limits, maxUnlistedBytes: 10 } })
    lives.push(server)
    const maker = await clientOf(stage.localnet, 'maker', server.url)
    const upload = (sizeBytes: number) =>
      maker.listings.upload({ content: new Uint8Array(sizeBytes).fill(1), files: [{ name: 'a', sizeBytes }] })
    await upload(8)
    await expect(upload(8)).rejects.toMatchObject({ code: 'UNLISTED_ROOM', status: 507 })
  }, 90_000)

  it.skipIf(inject('postgresServer'))('a second one on the same directory is refused at once', async () => {
    await relive()
    const startedAt = performance.now()
    await expect(startOn(stage)).rejects.toMatchObject({ code: 'DIRECTORY_LOCKED' })
    expect(performance.now() - startedAt).toBeLessThan(1_000)
    await lives.pop()?.close()
  })

  it('on another chain, under another number or with other keys is refused', async () => {
    const { params } = stage
    const onChain = (chainId: bigint) => start({ ...params, chain: { ...params.chain, chainId } })
    await expect(onChain(1n)).rejects.toMatchObject({ code: 'WRONG_CHAIN' })
    await expect(start({ ...params, datatrust: 4_711 })).rejects.toMatchObject({ code: 'DATATRUST_UNKNOWN' })
    const dataDirectory = await mkdtemp(join(tmpdir(), 'gristmill-other-'))
    try {
      await prepareIdentity({ dataDirectory, unencryptedKeys: true })
      await expect(start({ ...params, dataDirectory })).rejects.toMatchObject({ code: 'IDENTITY_MISMATCH' })
    } finally {
      await rm(dataDirectory, { recursive: true })
    }
  }, 90_000)

  it('from the environment serves until it is told to end', async () => {
    const deploymentFile = join(stage.directory, 'deployment.json')
    await writeFile(deploymentFile, JSON.stringify(stage.localnet.deployment))
    const child = spawn(process.execPath, [MAIN], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        DATATRUST_ID: String(stage.datatrust),
        DATATRUST_DATA_DIRECTORY: stage.directory,
        DATATRUST_RPC_URL: stage.localnet.url,
        DATATRUST_CHAIN_ID: String(stage.localnet.chainId),
        DATATRUST_DEPLOYMENT_FILE: deploymentFile,
        DATATRUST_PORT: '0',
        DATATRUST_LOG_LEVEL: 'silent',
        DATATRUST_DATABASE_URL: String(stage.params.database?.url ?? ''),
      },
    })
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
    const { url } = JSON.parse(line) as { url: string }
    expect((await fetch(`${url}/v1/health/ready`)).status).toBe(200)
    child.kill('SIGTERM')
    const [code] = (await once(child, 'exit')) as [number]
    expect(code).toBe(0)
  }, 90_000)

  it('goes on while the chain is away, and says so', async () => {
    const { buyer } = await relive()
    const { listings } = await buyer.listings.list()
    const { publicKey: recipientPublicKey } = await buyersKey()
    const resource = '/v1/quotes'
    const json = { listing: listings[0]?.listing, kind: 'access', direct: true, n: '99', recipientPublicKey }
    const wallet = walletOf(stage.localnet, 'buyer')
    const { url } = lives[0]!
    const ask = () => sendSigned(stage, url, wallet, { method: 'POST', resource, json })
    expect(await ask()).toMatchObject({ status: 200 })
    await stage.localnet.close()
    expect(await ask()).toMatchObject({ status: 503, code: 'CHAIN_UNREACHABLE' })
    expect(await send(`${url}/v1/listings`, { method: 'GET' })).toMatchObject({ status: 200 })
  }, 90_000)
})
