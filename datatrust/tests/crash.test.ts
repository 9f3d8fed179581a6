import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Hex, ListingId, OrderId } from '@gristmill/protocol'
import type { Client } from '@gristmill/sdk'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  buy,
  buyersKey,
  clientOf,
  download,
  makeCsv,
  PATIENCE_MS,
  policyFor,
  publish,
  random32,
  type Stage,
  setStage,
  sha256,
  until,
} from './_util.js'
import { constantModel, slowModel } from './_wat.js'
import type { KillPoint, Life } from './children/mortal.js'

const CHILD = fileURLToPath(new URL('children/mortal.ts', import.meta.url))

describe('a datatrust that is killed', () => {
  let stage: Stage
  let child: ChildProcess | undefined

  beforeAll(async () => {
    stage = await setStage()
  }, 120_000)
  afterEach(() => kill())
  afterAll(() => stage?.close())

  /** A life of the datatrust in a process of its own; the clients of everybody who deals with it. */
  async function live(point: KillPoint = 'never') {
    const { chain } = stage.params
    const life: Life = { point, params: { ...stage.params, chain: { ...chain, chainId: chain.chainId.toString() } } }
    child = spawn(process.execPath, [CHILD, JSON.stringify(life)], { stdio: ['ignore', 'pipe', 'inherit'] })
    const lines = createInterface({ input: child.stdout! })
    const [url] = (await Promise.race([once(lines, 'line'), once(lines, 'close')])) as [string | undefined]
    if (url === undefined) throw new Error('it died before it served')
    const [maker, buyer] = await Promise.all([
      clientOf(stage.localnet, 'maker', url),
      clientOf(stage.localnet, 'buyer', url),
    ])
    return { maker, buyer }
  }

  async function kill(): Promise<void> {
    child?.kill('SIGKILL')
    await dead()
  }

  async function dead(): Promise<void> {
    await until(async () => child === undefined || child.signalCode !== null || child.exitCode !== null)
    child = undefined
  }

  const endings = async (client: Client, orderId: OrderId) =>
    (await client.orders.events({ fromBlock: 0, toBlock: 'latest', orderIds: [orderId] })).map(({ type }) => type)

  async function placeRun(buyer: Client, listing: ListingId, algorithm: Hex): Promise<OrderId> {
    const { publicKey: recipientPublicKey } = await buyersKey()
    const parameters = { rounds: 1 }
    const quote = await buyer.orders.quote({ listing, kind: 'compute', recipientPublicKey, algorithm, parameters })
    return (await buyer.orders.place({ quote, payment: 'permit' })).orderId
  }

  async function approve(maker: Client, orderId: OrderId): Promise<Hex> {
    const pending = await until(async () => (await maker.listings.approvals()).find((one) => one.orderId === orderId))
    await maker.listings.decide({ orderId, releasedHash: pending.releasedHash, approved: true })
    return pending.releasedHash
  }

  it('after it took an upload still has it, and attests, sells and delivers it', async () => {
    const content = makeCsv()
    const files = [{ name: 'table.csv', sizeBytes: content.length }]
    const uploadId = random32()
    const first = await live()
    const upload = await first.maker.listings.upload({ content, files, uploadId })
    await kill()

    const second = await live()
    expect(await second.maker.listings.upload({ content, files, uploadId })).toEqual(upload)
    const { listing } = await publish(second.maker, stage.market, { content, more: { uploadId } })
    const orderId = await buy(second.buyer, listing)
    await kill()

    const third = await live()
    await third.buyer.orders.wait({ orderId, pollMs: 50, timeoutMs: PATIENCE_MS })
    expect(await download(third.buyer, orderId)).toEqual(Buffer.from(content))
    expect(await endings(third.buyer, orderId)).toEqual(['placed', 'settled'])
  }, 120_000)

  it('in the middle of a run runs it again, with the same result and one charge', async () => {
    const first = await live('mid-run')
    const { algorithm } = await first.buyer.orders.sendAlgorithm({ module: slowModel() })
    // The budget pays for one run: a second charge would close the order.
    const { listing } = await publish(first.maker, stage.market, { policy: policyFor(algorithm, { runs: 1 }) })
    const orderId = await placeRun(first.buyer, listing, algorithm)
    await dead()

    const second = await live()
    const releasedHash = await approve(second.maker, orderId)
    await second.buyer.orders.wait({ orderId, pollMs: 50, timeoutMs: PATIENCE_MS })
    const { privateKey } = await buyersKey()
    const { model } = await second.buyer.orders.collectModel({ orderId, privateKey })
    expect(sha256(model)).toBe(releasedHash)
    expect(await endings(second.buyer, orderId)).toEqual(['placed', 'fulfilled'])
  }, 120_000)

  it('before and after each of its marks on chain marks once, and serves what it marked', async () => {
    const first = await live('before-mark')
    const { algorithm } = await first.buyer.orders.sendAlgorithm({ module: constantModel() })
    const { listing, content } = await publish(first.maker, stage.market, { policy: policyFor(algorithm) })
    const dataId = await buy(first.buyer, listing)
    const runId = await placeRun(first.buyer, listing, algorithm)
    await first.buyer.orders.wait({ orderId: dataId, pollMs: 50, timeoutMs: PATIENCE_MS })
    await expect(download(first.buyer, dataId)).rejects.toThrow()
    await dead()
    expect(await endings(first.buyer, dataId)).toEqual(['placed'])

    // Takes the delivery up where it stopped, and dies when the chain has it.
    await live('after-mark').catch(() => undefined)
    await dead()
    expect(await endings(first.buyer, dataId)).toEqual(['placed', 'settled'])

    const third = await live('before-mark')
    expect(await download(third.buyer, dataId)).toEqual(Buffer.from(content))
    const releasedHash = await approve(third.maker, runId)
    await dead()
    expect(await endings(first.buyer, runId)).toEqual(['placed'])

    await live('after-mark').catch(() => undefined)
    await dead()

    const last = await live()
    await last.buyer.orders.wait({ orderId: runId, pollMs: 50, timeoutMs: PATIENCE_MS })
    const { privateKey } = await buyersKey()
    const { receipt } = await last.buyer.orders.collectModel({ orderId: runId, privateKey })
    expect(receipt.releasedHash).toBe(releasedHash)
    expect(await endings(last.buyer, runId)).toEqual(['placed', 'fulfilled'])
    expect(await download(last.buyer, dataId)).toEqual(Buffer.from(content))
    expect(await endings(last.buyer, dataId)).toEqual(['placed', 'settled'])
  }, 120_000)
})
