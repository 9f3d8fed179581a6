import { DAY, dealToChain, goodsHash, type ListingId, type OrderId } from '@gristmill/protocol'
import { type Client, createSessionKey } from '@gristmill/sdk'
import { makeError, Transaction } from 'ethers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Overrides } from '../src/context.js'
import type { Server } from '../src/index.js'
import {
  buy,
  buyDirect,
  clientOf,
  download,
  downloadDirect,
  policyFor,
  publish,
  type Stage,
  setStage,
  startOn,
  until,
} from './_util.js'
import { trap } from './_wat.js'

const BATCH = 4
const WAIT_SECONDS = 2 * DAY
/** Rounds of the datatrust in which it had time to do what it should not. */
const QUIET_MS = 1_000

describe('what is due', () => {
  let stage: Stage
  let server: Server
  let buyer: Client
  let maker: Client
  let arbiter: Client
  /** Whose dispute a node keeps to itself. */
  let hidden: OrderId | undefined
  /** Settlements that no node has taken, while the connection breaks when they are sent; undefined: it does not. */
  let lost: Set<string> | undefined
  /** How many orders each settlement had that was tried. */
  const tried: number[] = []
  /** The same of those that came to a block, as far as the datatrust knows. */
  const done: number[] = []

  const chain: NonNullable<Overrides['chain']> = (connected) => {
    const { events, statusOf, settle } = connected
    connected.events = async (...range) =>
      (await events.apply(connected, range)).filter((one) => one.type !== 'order-disputed' || one.orderId !== hidden)
    connected.statusOf = async (orderId) =>
      orderId === hidden ? { kind: 'compute', status: 'fulfilled', deadline: 0 } : statusOf.call(connected, orderId)
    connected.settle = async (orders) => {
      tried.push(orders.length)
      await settle.call(connected, orders)
      done.push(orders.length)
    }
    const { orders } = connected.client.contracts
    const provider = connected.client.provider as { broadcastTransaction: (raw: string) => Promise<unknown> }
    const broadcast = provider.broadcastTransaction.bind(provider)
    provider.broadcastTransaction = async (raw) => {
      const isLost = lost !== undefined && (lost.size === 0 || lost.has(raw))
      if (!isLost || orders.interface.parseTransaction(Transaction.from(raw))?.name !== 'settle') return broadcast(raw)
      lost?.add(raw)
      throw makeError('the connection broke', 'NETWORK_ERROR', { event: 'test' })
    }
    return connected
  }

  async function startWith(minTransactions: number) {
    await server?.close()
    const { params, localnet } = stage
    const settlement = { batchOrders: BATCH, waitSeconds: WAIT_SECONDS }
    const terms = { arbiter: localnet.actors.stranger.address }
    const limits = { ...params.limits, minTransactions }
    server = await startOn(
      { ...stage, params: { ...params, settlement, terms, limits, http: { metricsPort: 0 } } },
      { chain },
    )
    maker = await clientOf(localnet, 'maker', server.url)
    buyer = await clientOf(localnet, 'buyer', server.url)
  }

  beforeAll(async () => {
    stage = await setStage()
    arbiter = await clientOf(stage.localnet, 'stranger')
    await startWith(10 ** 9)
  }, 120_000)
  afterAll(async () => {
    await server?.close()
    await stage?.close()
  })

  const listed = async () => (await publish(maker, stage.market)).listing
  const statusOf = async (orderId: OrderId) => (await buyer.orders.status({ orderId })).status

  async function fair(listing: ListingId): Promise<OrderId> {
    const order = await buy(buyer, listing)
    await buyer.orders.wait({ ...order, pollMs: 20 })
    await download(buyer, order)
    return order.orderId
  }

  /** A run whose algorithm traps, with an arbiter. */
  async function runOf({ listing, algorithm }: Awaited<ReturnType<typeof offered>>): Promise<OrderId> {
    const wish = { listing, algorithm, ackKey: createSessionKey().address, parameters: { rounds: 1 } }
    const quote = await buyer.orders.quote({
      ...wish,
      kind: 'compute',
      arbiter: stage.localnet.actors.stranger.address,
    })
    const { orderId } = await buyer.orders.place({ quote, payment: 'permit' })
    await buyer.orders.wait({ orderId, pollMs: 20 })
    return orderId
  }
  async function offered() {
    const { algorithm } = await buyer.orders.sendAlgorithm({ module: trap() })
    return { ...(await publish(maker, stage.market, { policy: policyFor(algorithm) })), algorithm }
  }

  async function contest(orderId: OrderId, { isUpheld = false } = {}) {
    const { deal, goods } = await buyer.orders.get({ orderId })
    const events = await eventsOf([orderId])
    const { deliveryHash } = events.find((event) => event.type === 'fulfilled') ?? {}
    const terms = [dealToChain(deal), goodsHash(goods), deliveryHash ?? ''] as const
    const { orders } = arbiter.contracts
    await (await orders.dispute(...terms)).wait()
    if (isUpheld) await (await orders.rule(...terms, true)).wait()
  }

  const eventsOf = (orderIds: readonly OrderId[]) => buyer.orders.events({ fromBlock: 0, toBlock: 'latest', orderIds })
  async function settlementsOf(orderIds: readonly OrderId[]) {
    return (await eventsOf(orderIds)).filter((event) => event.type === 'settled')
  }
  async function gaugeOf(metric: string): Promise<number> {
    const text = await (await fetch(server.metricsUrl as string)).text()
    return Number(new RegExp(`^gristmill_${metric} (.+)$`, 'm').exec(text)?.[1])
  }

  let contested: OrderId

  it('is paid out by one transaction, but for what is contested or over, once there is gas money', async () => {
    const [first, second, runs] = [await listed(), await listed(), await offered()]
    const due = [await fair(first), await runOf(runs), await fair(second), await fair(first)]
    const accepted = await fair(second)
    await buyer.orders.accept({ orderId: accepted })
    const direct = await buyDirect(buyer, first)
    await buyer.orders.wait({ orderId: direct, pollMs: 20 })
    await downloadDirect(buyer, direct)
    contested = await runOf(runs)
    await contest(contested)
    const taken = await runOf(runs)
    await contest(taken, { isUpheld: true })
    await stage.localnet.advance(DAY + 120)
    await until(async () => (await gaugeOf('orders_settleable')) === BATCH)
    expect(await gaugeOf('settle_age_seconds')).toBeGreaterThan(DAY - 3_600)
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS))
    // Gas money is short, and kept for what cannot wait.
    expect(tried).toEqual([])

    const payout = async () => (await stage.operator.vault.balance({ token: stage.localnet.token })).vault
    const before = await payout()
    await startWith(100)
    await until(async () => (await settlementsOf(due)).length === BATCH)
    const settled = await settlementsOf(due)
    expect(new Set(settled.map(({ transactionHash }) => transactionHash)).size).toBe(1)
    expect(await payout()).toBe(before + settled.reduce((sum, { toOperator }) => sum + toOperator, 0n))
    // Neighbours of one listing are cheapest.
    const places = [due[0], due[3]].map((orderId) => settled.findIndex((one) => one.orderId === orderId))
    expect(Math.abs((places[0] as number) - (places[1] as number))).toBe(1)
    expect(await Promise.all([contested, taken].map(statusOf))).toEqual(['fulfilled-disputed', 'refunded'])
    await until(async () => (await gaugeOf('orders_settleable')) === 0)
    expect(await gaugeOf('orders_settled')).toBe(BATCH + 2)
    expect(tried).toEqual([BATCH])
  }, 120_000)

  it('waits for others, but not for ever, and is not held up by an order that the chain refuses', async () => {
    const late = await fair(await listed())
    hidden = await runOf(await offered())
    await contest(hidden)
    await stage.localnet.advance(DAY + 120)
    await until(async () => (await gaugeOf('orders_settleable')) === 2)
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS))
    expect(tried).toEqual([BATCH])
    await stage.localnet.advance(WAIT_SECONDS)
    await until(async () => (await settlementsOf([late])).length === 1)
    expect(tried.slice(1, 3)).toEqual([2, 1])
    expect((await buyer.orders.status({ orderId: hidden })).status).toBe('fulfilled-disputed')
    expect(await settlementsOf([hidden])).toEqual([])
    // Nobody ruled in time.
    await stage.localnet.advance(14 * DAY)
    await until(async () => (await settlementsOf([contested, hidden as OrderId])).length === 2)
  }, 120_000)

  it('is not batched again while it may be on its way to the chain', async () => {
    const listing = await listed()
    const before = tried.length
    const sent = [await fair(listing), await fair(listing)]
    // Not yet waited for long enough; when they have, the window of the one after them is still open.
    await stage.localnet.advance(WAIT_SECONDS + DAY / 2)
    const later = await fair(listing)
    lost = new Set()
    await stage.localnet.advance((DAY * 7) / 10)
    const raw = await until(async () => [...(lost ?? [])][0])
    await stage.localnet.advance(WAIT_SECONDS + DAY / 2)
    await until(async () => tried.length > before + 1)
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS))
    expect(tried.slice(before)).toEqual([2, 1])
    // It comes to the chain after all; what was sent after it waits for it.
    lost = undefined
    await stage.operator.provider.broadcastTransaction(raw)
    const settled = await until(async () => {
      const all = await settlementsOf([...sent, later])
      return all.length === 3 ? all : undefined
    })
    expect(new Set(settled.map(({ transactionHash }) => transactionHash)).size).toBe(2)
    expect(tried.slice(before)).toEqual([2, 1])
    await until(async () => done.at(-1) === 1)
  }, 120_000)
})
