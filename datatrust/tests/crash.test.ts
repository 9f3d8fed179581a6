import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Hex, OrderId } from '@gristmill/protocol'
import type { Client } from '@gristmill/sdk'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { KillPoint, Life } from './_child.js'
import {
  buy,
  buyersKey,
  clientOf,
  download,
  makeCsv,
  policyFor,
  publish,
  random32,
  type Stage,
  setStage,
  sha256,
  until,
} from './_util.js'
import { constantModel, slowModel } from './_wat.js'

const CHILD = fileURLToPath(new URL('_child.ts', import.meta.url))

describe('a datatrust that is killed', () => {
  let stage: Stage
  let child: ChildProcess | undefined

  beforeAll(async () => {
    stage = await setStage()
  }, 60_000)
  afterEach(() => kill())
  afterAll(() => stage?.close())

  /** A life of the datatrust in a process of its own; the clients of everybody who deals with it. */
  async function live(point: KillPoint = 'never') {
    const { chain } = stage.params
    const life: Life = { point, params: { ...stage.params, chain: { ...chain, chainId: chain.chainId.toString() } } }
    child = spawn(process.execPath, [CHILD, JSON.stringify(life)], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [url] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string]
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

  async function orderRun(maker: Client, buyer: Client, module: Uint8Array): Promise<OrderId> {
    const { algorithm } = await buyer.orders.sendAlgorithm({ module })
    const { listing } = await publish(maker, stage.market, { policy: policyFor(algorithm) })
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
    await third.buyer.orders.wait({ orderId, pollMs: 50, timeoutMs: 15_000 })
    expect(await download(third.buyer, orderId)).toEqual(Buffer.from(content))
    expect(await endings(third.buyer, orderId)).toEqual(['placed', 'settled'])
  }, 60_000)

  it.each(['before-mark', 'after-mark'] as const)(
    '%s of a delivery delivers once',
    async (point) => {
      const first = await live(point)
      const { listing, content } = await publish(first.maker, stage.market)
      const orderId = await buy(first.buyer, listing)
      await first.buyer.orders.wait({ orderId, pollMs: 50, timeoutMs: 15_000 })
      await expect(download(first.buyer, orderId)).rejects.toThrow()
      await dead()

      const second = await live()
      expect(await download(second.buyer, orderId)).toEqual(Buffer.from(content))
      expect(await download(second.buyer, orderId)).toEqual(Buffer.from(content))
      expect(await endings(second.buyer, orderId)).toEqual(['placed', 'settled'])
    },
    60_000,
  )

  it('in the middle of a run runs it again, with the same result and one charge', async () => {
    const first = await live('mid-run')
    const orderId = await orderRun(first.maker, first.buyer, slowModel())
    await dead()

    const second = await live()
    const releasedHash = await approve(second.maker, orderId)
    await second.buyer.orders.wait({ orderId, pollMs: 50, timeoutMs: 15_000 })
    const { privateKey } = await buyersKey()
    const { model } = await second.buyer.orders.collectModel({ orderId, privateKey })
    expect(sha256(model)).toBe(releasedHash)
    expect(await endings(second.buyer, orderId)).toEqual(['placed', 'fulfilled'])
  }, 60_000)

  it.each(['before-mark', 'after-mark'] as const)(
    '%s of a run fulfils once, with the receipt it signed',
    async (point) => {
      const first = await live(point)
      const orderId = await orderRun(first.maker, first.buyer, constantModel())
      const releasedHash = await approve(first.maker, orderId).catch(() => undefined)
      await dead()

      const second = await live()
      await second.buyer.orders.wait({ orderId, pollMs: 50, timeoutMs: 15_000 })
      const { privateKey } = await buyersKey()
      const { receipt } = await second.buyer.orders.collectModel({ orderId, privateKey })
      if (releasedHash !== undefined) expect(receipt.releasedHash).toBe(releasedHash)
      expect(await endings(second.buyer, orderId)).toEqual(['placed', 'fulfilled'])
    },
    60_000,
  )
})
