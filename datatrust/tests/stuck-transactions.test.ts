import type { HeldBlocks } from '@gristmill/localnet'
import type { ListingId, OrderId } from '@gristmill/protocol'
import type { Client } from '@gristmill/sdk'
import { Transaction } from 'ethers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ConfigParams, Server } from '../src/index.js'
import { endings } from './_journeys.js'
import { Lives, type NamedPoint } from './_lives.js'
import { RpcProxy } from './_rpc-proxy.js'
import { buyDirect, clientOf, downloadDirect, publish, type Stage, setStage, startOn, until } from './_util.js'

const GWEI = 10n ** 9n
/** More than anybody bids at first. */
const DEAR_WEI = 60n * GWEI
const MINE_MS = 300

describe('a transaction that no block takes', () => {
  let stage: Stage
  let node: RpcProxy
  let blocks: HeldBlocks | undefined
  let listing: ListingId
  let signer: string

  beforeAll(async () => {
    stage = await setStage()
    node = await RpcProxy.to(stage.localnet.url)
    stage.params = { ...stage.params, chain: { ...stage.params.chain, rpcUrl: node.url } }
    signer = (await stage.operator.datatrusts.get({ datatrust: stage.datatrust })).signer
    await using server = await startOn(stage)
    listing = (await publish(await clientOf(stage.localnet, 'maker', server.url), stage.market)).listing
  }, 240_000)
  afterAll(async () => {
    await blocks?.release()
    await node?.[Symbol.asyncDispose]()
    await stage?.close()
  })

  const paramsOf = (chain: Partial<ConfigParams['chain']>): ConfigParams => ({
    ...stage.params,
    chain: { ...stage.params.chain, raiseAfterSeconds: 1, ...chain },
    http: { metricsPort: 0, drainSeconds: 1 },
  })
  const startWith = (chain: Partial<ConfigParams['chain']>) => startOn({ ...stage, params: paramsOf(chain) })
  const nonceOf = (tag: 'latest' | 'pending' = 'latest') => stage.operator.provider.getTransactionCount(signer, tag)
  const priceOfGas = async (priceWei: bigint) => {
    blocks ??= await stage.localnet.holdBlocks()
    await blocks.mine({ baseFeeWei: priceWei })
  }
  const goOn = async () => {
    await blocks?.release()
    blocks = undefined
  }

  /** Direct orders that can be collected: each is marked by a transaction then. */
  async function prepare(buyer: Client, count: number): Promise<OrderId[]> {
    const orderIds: OrderId[] = []
    for (let index = 0; index < count; index += 1) orderIds.push(await buyDirect(buyer, listing))
    for (const orderId of orderIds) await buyer.orders.wait({ orderId, pollMs: 50 })
    return orderIds
  }

  /** What the signer sent since, version by version, by nonce. */
  function sentSince(before: number): Map<number, Transaction[]> {
    const sent = node.raws.slice(before).map((raw) => Transaction.from(raw))
    const byNonce = Map.groupBy(
      sent.filter(({ from }) => from === signer),
      ({ nonce }) => nonce,
    )
    for (const [nonce, versions] of byNonce) {
      byNonce.set(nonce, [...new Map(versions.map((one) => [one.hash, one])).values()])
    }
    return byNonce
  }

  /** Each version is the same call and bids an eighth more at least, within the limit. */
  function expectRaises(byNonce: Map<number, Transaction[]>, maxFeeGwei: number): void {
    for (const versions of byNonce.values()) {
      for (const [index, version] of versions.entries()) {
        expect(version.maxFeePerGas).toBeLessThanOrEqual(BigInt(maxFeeGwei) * GWEI)
        const before = versions[index - 1]
        if (before === undefined) continue
        expect([version.to, version.data, version.value]).toEqual([before.to, before.data, before.value])
        for (const fee of ['maxFeePerGas', 'maxPriorityFeePerGas'] as const) {
          expect(version[fee]! * 1_000n).toBeGreaterThanOrEqual(before[fee]! * 1_125n)
        }
      }
    }
  }

  async function metric(server: Server, name: string): Promise<number> {
    const text = await (await fetch(server.metricsUrl as string)).text()
    return Number(new RegExp(`^gristmill_${name} (.*)$`, 'm').exec(text)?.[1])
  }

  async function warningsOf(server: Server): Promise<string[]> {
    const answer = await fetch(`${server.url}/v1/health/ready`)
    expect(answer.status).toBe(200)
    return ((await answer.json()) as { warnings: string[] }).warnings
  }

  it('is replaced by the same one with a higher fee, as are those behind it', async () => {
    await using server = await startWith({})
    const buyer = await clientOf(stage.localnet, 'buyer', server.url)
    const orderIds = await prepare(buyer, 2)
    const [before, nonce] = [node.raws.length, await nonceOf()]
    await priceOfGas(GWEI)
    const collected = Promise.all(orderIds.map((orderId) => downloadDirect(buyer, orderId)))
    await until(async () => (await metric(server, 'transactions_waiting')) === 2)
    await priceOfGas(DEAR_WEI)
    expect(await nonceOf()).toBe(nonce)
    await until(async () => {
      await priceOfGas(DEAR_WEI)
      return (await nonceOf()) === nonce + 2
    })
    await goOn()
    await collected
    for (const orderId of orderIds) expect(await endings(buyer, orderId)).toEqual(['placed', 'settled'])
    const sent = sentSince(before)
    expect([...sent.keys()].toSorted()).toEqual([nonce, nonce + 1])
    for (const versions of sent.values()) expect(versions.length).toBeGreaterThan(1)
    expectRaises(sent, 500)
    await until(async () => (await metric(server, 'transactions_waiting')) === 0)
    expect(await nonceOf()).toBe(nonce + 2)
  }, 120_000)

  it('is not raised beyond the limit, and the operator is told; with a higher limit it goes out', async () => {
    const [before, nonce] = [node.raws.length, await nonceOf()]
    const limited = await startWith({ maxFeeGwei: 6 })
    let buyer = await clientOf(stage.localnet, 'buyer', limited.url, { datatrustRetry: { maxFailures: 1 } })
    const [orderId] = (await prepare(buyer, 1)) as [OrderId]
    await priceOfGas(GWEI)
    const collecting = downloadDirect(buyer, orderId).catch(() => undefined)
    await until(async () => (await metric(limited, 'transactions_waiting')) === 1)
    expect(await warningsOf(limited)).toEqual([])
    await until(async () => {
      await priceOfGas(DEAR_WEI)
      return (await metric(limited, 'transactions_stuck')) === 1
    })
    expect(await warningsOf(limited)).toEqual(['transactions'])
    expect(await metric(limited, 'transaction_age_seconds')).toBeGreaterThanOrEqual(3)
    await until(async () => sentSince(before).get(nonce)?.at(-1)?.maxFeePerGas === 6n * GWEI)
    expectRaises(sentSince(before), 6)
    await limited.close()
    await collecting
    expect(await nonceOf()).toBe(nonce)

    await using server = await startWith({})
    await until(async () => {
      await priceOfGas(DEAR_WEI)
      return (await nonceOf()) === nonce + 1
    })
    await goOn()
    buyer = await clientOf(stage.localnet, 'buyer', server.url)
    await downloadDirect(buyer, orderId)
    expect(await endings(buyer, orderId)).toEqual(['placed', 'settled'])
    expect([...sentSince(before).keys()]).toEqual([nonce])
    await until(async () => (await metric(server, 'transactions_stuck')) === 0)
    expect(await warningsOf(server)).toEqual([])
  }, 120_000)

  const RAISE = 'update transactions set sent_at, raw, hashes'
  const points: NamedPoint[] = [
    { name: 'raise: signed, before its row', moment: 'before', call: RAISE, nth: 1 },
    { name: 'raise: row written, before it is sent', moment: 'after', call: RAISE, nth: 1 },
    { name: 'raise: sent, not mined', moment: 'after', call: 'broadcast', nth: 1 },
  ]
  it.runIf(process.env.GRISTMILL_DEEP)(
    `and whose datatrust is killed at any of ${points.length} points of a raise is neither lost nor sent twice`,
    async () => {
      const [before, nonce] = [node.raws.length, await nonceOf()]
      await using lives = new Lives({ ...stage, params: paramsOf({}) }, points)
      const orderId = await lives.step('order', async ({ buyer }) => (await prepare(buyer, 1))[0] as OrderId)
      await priceOfGas(GWEI)
      let isOver = false
      const collected = lives.step('delivery', ({ buyer }) => downloadDirect(buyer, orderId))
      await until(async () => node.raws.length > before)
      const mining = (async () => {
        while (!isOver) {
          await priceOfGas(DEAR_WEI)
          await new Promise((resolve) => setTimeout(resolve, MINE_MS))
        }
      })()
      await collected.finally(() => {
        isOver = true
      })
      await mining
      await goOn()
      expect(lives.deaths.map(({ point }) => point)).toEqual(points.map(({ name }) => name))
      expect(await endings(await clientOf(stage.localnet, 'buyer'), orderId)).toEqual(['placed', 'settled'])
      const sent = sentSince(before)
      for (const raw of lives.raws) expect(Transaction.from(raw).nonce).toBe(nonce)
      expect([...sent.keys()]).toEqual([nonce])
      expect(await nonceOf()).toBe(nonce + 1)
      expect(await nonceOf('pending')).toBe(nonce + 1)
    },
    180_000,
  )
})
