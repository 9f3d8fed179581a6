import {
  dealToChain,
  type Hex,
  JOINT_ORDERS_MAX,
  type ListingId,
  type OrderId,
  orderIdOf,
  type Policy,
  type Quote,
  ZERO_BYTES32,
} from '@gristmill/protocol'
import { createExecutors, createWasmExecutor } from '@gristmill/runner'
import { type Client, createSessionKey } from '@gristmill/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createConfig } from '../src/config/config.js'
import type { Server } from '../src/index.js'
import {
  COMPUTE_PRICE,
  clientOf,
  makeCsv,
  ONE,
  PATIENCE_MS,
  policyFor,
  publish,
  type Stage,
  setStage,
  sha256,
  startOn,
  until,
} from './_util.js'
import { constantModel, trap } from './_wat.js'

describe('a joint run', () => {
  let stage: Stage
  let server: Server
  /** Two owners of data, and who sells an algorithm. */
  let owners: [Client, Client]
  let author: Client
  let sponsor: Client
  const module = constantModel()
  const algorithm = sha256(module)
  const parameters = { rounds: 1 }
  const session = createSessionKey()
  const ackKey = session.address
  const poll = { pollMs: 20, timeoutMs: PATIENCE_MS }

  beforeAll(async () => {
    stage = await setStage()
    server = await startOn(stage, { executors: createExecutors([createWasmExecutor({ fuel: 50_000_000n })]) })
    const connect = (name: Parameters<typeof clientOf>[1]) => clientOf(stage.localnet, name, server.url)
    owners = [await connect('maker'), await connect('curator')]
    author = await connect('patron')
    sponsor = await connect('sponsor')
  }, 120_000)
  afterAll(async () => {
    await server?.close()
    await stage?.close()
  })

  /** A table of each owner under one policy. */
  async function tables(policy: Policy = policyFor(algorithm)): Promise<[ListingId, ListingId]> {
    const [first, second] = owners
    return [
      (await publish(first, stage.market, { policy })).listing,
      (await publish(second, stage.market, { policy })).listing,
    ]
  }

  async function sold(content: Uint8Array, digest = sha256(content)): Promise<ListingId> {
    const terms = { digest, runtime: 'wasm' as const, parameters: { rounds: { min: 1, max: 10 } } }
    const { listing } = await publish(author, stage.market, {
      content,
      more: { prices: { compute: 2n * ONE }, algorithmTerms: { version: 1, algorithm: terms } },
    })
    return listing
  }

  const place = async (quotes: readonly Quote[]) =>
    (await sponsor.orders.placeMany({ quotes, payment: 'permit' })).orderIds
  const statuses = (orderIds: readonly OrderId[]) =>
    Promise.all(orderIds.map(async (orderId) => (await sponsor.orders.status({ orderId })).status))
  const states = (orderIds: readonly OrderId[]) =>
    Promise.all(orderIds.map(async (orderId) => (await sponsor.orders.document({ orderId })).state))
  const leftOf = async (listing: ListingId) => (await sponsor.listings.budget({ listing })).left.bits

  const pending = (owner: Client, orderId: OrderId) =>
    until(async () => (await owner.listings.approvals()).find((one) => one.orderId === orderId))
  async function decide(owner: Client, orderId: OrderId, approved = true) {
    const { releasedHash } = await pending(owner, orderId)
    const because = approved ? {} : { because: 'disclosive' as const }
    await owner.listings.decide({ orderId, releasedHash, approved, ...because })
    return releasedHash
  }

  /** Sends nothing but what a datatrust is asked for: the SDK would refuse some of it before. */
  const quoteRaw = (listing: ListingId, joint: { listing: ListingId; n: bigint }[], more: object = {}) =>
    sponsor.orders.quote({ listing, kind: 'compute', n: 1n, ackKey, algorithm, parameters, joint, ...more })

  it('pays two owners and the author of an algorithm for one model, which no one of them releases alone', async () => {
    const listings = await tables()
    const algorithmListing = await sold(module)
    const before = await Promise.all(listings.map(leftOf))
    // The sponsor has no module, and gets none: without its listing it cannot be run.
    await expect(
      sponsor.orders.quote({ listing: listings[0], kind: 'compute', ackKey, algorithm, parameters }),
    ).rejects.toMatchObject({ code: 'ALGORITHM_NOT_FOUND' })

    const { quotes, price, runId } = await sponsor.orders.quoteRun({ listings, algorithmListing, parameters, ackKey })
    expect(price).toBe(2n * COMPUTE_PRICE + 2n * ONE)
    const orderIds = await place(quotes)
    expect(await sponsor.orders.run({ orderId: orderIds[1] as OrderId })).toMatchObject({ runId, isWhole: true })
    const [first, second] = orderIds as [OrderId, OrderId, OrderId]
    const releasedHash = await decide(owners[0], first)
    for (const state of await states(orderIds)) expect(['running', 'review']).toContain(state)
    expect(await owners[0].listings.approvals()).toEqual([])
    expect(await owners[0].listings.approval({ orderId: first })).toMatchObject({
      state: 'approved',
      privateLog: { rows: 200, trainRows: 160, holdoutRows: 40, reason: 'done' },
    })
    expect((await owners[0].listings.approval({ orderId: first })).privateLog).not.toHaveProperty('fuelUsed')
    expect(await author.listings.approvals()).toEqual([])
    await decide(owners[1], second)
    for (const orderId of orderIds) await sponsor.orders.wait({ orderId, session, until: ['ready'], ...poll })
    expect(await Promise.all(listings.map(leftOf))).toEqual(before.map((bits) => bits - bits / 10))

    // One acknowledged order brings no key.
    await expect(sponsor.orders.collectModel({ orderId: first, session })).rejects.toMatchObject({
      code: 'INVALID_PARAMETER',
    })
    const { model, runs, metrics } = await sponsor.orders.collectRun({ orderIds, session, pollMs: 20 })
    expect(sha256(model)).toBe(releasedHash)
    expect(metrics.map(({ name }) => name)).toContain('holdout_accuracy')
    expect(runs.map(({ orderId }) => orderId)).toEqual(orderIds)
    expect(runs.map(({ receipt }) => receipt.leakBits > 0n)).toEqual([true, true, false])
    expect(new Set(runs.map(({ receipt }) => receipt.goodsHash)).size).toBe(3)
    expect(new Set(runs.map(({ receipt }) => receipt.releasedRoot)).size).toBe(3)
    expect(await statuses(orderIds)).toEqual(['revealed', 'revealed', 'revealed'])
    for (const orderId of orderIds) {
      const { settled } = await sponsor.orders.accept({ orderId })
      expect(settled[0]).toMatchObject({ toBuyer: 0n })
      expect(settled[0]?.toMaker).toBeGreaterThan(0n)
    }
    // Paid once, it can be fetched again, from any of its orders.
    await expect(sponsor.orders.collectModel({ orderId: first, session })).resolves.toMatchObject({ model })
  }, 90_000)

  it('reveals no key to a sponsor who acknowledges some orders only, and takes failureBps of all', async () => {
    const listings = await tables()
    await sponsor.orders.sendAlgorithm({ module })
    const { quotes } = await sponsor.orders.quoteRun({ listings, algorithm, parameters, ackKey })
    const orderIds = (await place(quotes)) as [OrderId, OrderId]
    for (const [index, owner] of owners.entries()) await decide(owner, orderIds[index] as OrderId)
    for (const orderId of orderIds) await sponsor.orders.wait({ orderId, session, until: ['ready'], ...poll })
    const { content, verified } = await sponsor.orders.download({
      orderId: orderIds[0],
      session,
      keyTimeoutMs: 400,
      pollMs: 50,
    })
    verified.catch(() => undefined)
    await expect(content[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'ORDER_WAIT_TIMEOUT' })
    expect(await statuses(orderIds)).toEqual(['placed', 'placed'])
    const { deadline } = await sponsor.orders.status({ orderId: orderIds[0] })
    const { fulfilMarginSeconds } = createConfig(stage.params).terms
    await stage.localnet.advance(deadline - 2 * fulfilMarginSeconds - (await sponsor.chainTime()) + 1)
    await until(async () => (await statuses(orderIds)).every((status) => status === 'fulfilled'))
    await expect(sponsor.orders.collectRun({ orderIds, session })).rejects.toMatchObject({ code: 'NOT_REVEALED' })
  }, 90_000)

  it('releases nothing to anybody if one owner rejects it', async () => {
    const listings = await tables()
    const { quotes } = await sponsor.orders.quoteRun({ listings, algorithm, parameters, ackKey })
    const orderIds = (await place(quotes)) as [OrderId, OrderId]
    await decide(owners[0], orderIds[0])
    await decide(owners[1], orderIds[1], false)
    for (const orderId of orderIds) {
      const { receipt } = await sponsor.orders.wait({ orderId, session, ...poll })
      expect(receipt).toMatchObject({ verdict: 'REVIEW', releasedBytes: 0n, releasedHash: ZERO_BYTES32 })
    }
    expect(await owners[0].listings.approval({ orderId: orderIds[0] })).toMatchObject({ state: 'rejected' })
    expect(await statuses(orderIds)).toEqual(['fulfilled', 'fulfilled'])
  }, 90_000)

  it('charges no budget where one does not cover it, and ends all its orders', async () => {
    const failing = sha256(trap())
    const listings = await tables(policyFor(failing, { runs: 1 }))
    await sponsor.orders.sendAlgorithm({ module: trap() })
    const wish = { algorithm: failing, parameters, ackKey }
    const { quotes } = await sponsor.orders.quoteRun({ listings, ...wish })
    const quote = await sponsor.orders.quote({ listing: listings[1], kind: 'compute', ...wish })
    const { orderId: alone } = await sponsor.orders.place({ quote, payment: 'permit' })
    await sponsor.orders.wait({ orderId: alone, session, ...poll })
    const before = await leftOf(listings[0])
    const orderIds = await place(quotes)
    await until(async () => (await states(orderIds)).every((state) => state === 'closed'))
    expect(await leftOf(listings[0])).toBe(before)
    expect(await statuses(orderIds)).toEqual(['placed', 'placed'])
    // The first alone would have been run: it was not its budget.
    const own = await sponsor.orders.quote({ listing: listings[0], kind: 'compute', ...wish })
    const { orderId } = await sponsor.orders.place({ quote: own, payment: 'permit' })
    expect((await sponsor.orders.wait({ orderId, session, ...poll })).receipt?.verdict).toBe('ALGO_ERROR')
    await expect(sponsor.orders.quoteRun({ listings, ...wish })).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' })
  }, 90_000)

  it('waits for orders that never come until its time is over, and gives every price back', async () => {
    const listings = await tables()
    const before = await leftOf(listings[0])
    const { quotes } = await sponsor.orders.quoteRun({ listings, algorithm, parameters, ackKey })
    const [quote] = quotes as [Quote, Quote]
    await expect(sponsor.orders.place({ quote, payment: 'permit' })).rejects.toMatchObject({
      code: 'INVALID_PARAMETER',
    })
    await expect(place([quote])).rejects.toMatchObject({ code: 'INVALID_PARAMETER' })
    // Another tool places it all the same.
    await sponsor.vault.deposit({ token: stage.localnet.token, amount: quote.deal.price, payment: 'permit' })
    await sponsor.vault.authorize({ module: 'orders' })
    const { orders } = sponsor.contracts
    const inVault = { source: 0, permitDeadline: 0n, v: 0, r: ZERO_BYTES32, s: ZERO_BYTES32 }
    const { deal, goods, signature } = quote
    await (await orders.place({ deal: dealToChain(deal), goods, signature }, inVault)).wait()
    const orderId = orderIdOf(deal.listing, deal.buyer, deal.n)
    await until(async () => (await states([orderId]))[0] === 'running')
    expect(await sponsor.orders.run({ orderId })).toMatchObject({ orderIds: [orderId], isWhole: false })
    // What comes later is not held up by it.
    const again = await sponsor.orders.quoteRun({ listings, algorithm, parameters, ackKey })
    const whole = await place(again.quotes)
    for (const [index, owner] of owners.entries()) await pending(owner, whole[index] as OrderId)
    expect(await states([orderId])).toEqual(['running'])
    await stage.localnet.advance(deal.fulfilWithin + 60)
    await until(async () => (await states([orderId, ...whole])).every((state) => state === 'closed'))
    await stage.localnet.advance(3_700)
    await sponsor.orders.refund({ orders: [orderId, ...whole] })
    expect(await statuses([orderId, ...whole])).toEqual(['refunded', 'refunded', 'refunded'])
    // The one that was run is charged, the one that was not is not.
    expect(await leftOf(listings[0])).toBe(before - before / 10)
  }, 90_000)

  it('is refused over listings that do not belong together, whoever asks', async () => {
    const [first, second] = await tables()
    const other = (await publish(owners[1], stage.market, { policy: policyFor(algorithm, { runs: 11 }) })).listing
    const forSale = (await publish(owners[1], stage.market)).listing
    const content = makeCsv()
    const policy = policyFor(algorithm)
    const twins = [
      (await publish(owners[0], stage.market, { policy, content })).listing,
      (await publish(owners[0], stage.market, { policy, content })).listing,
    ] as const
    const code = (value: string) => expect.objectContaining({ code: value })
    const run = (listings: ListingId[]) => sponsor.orders.quoteRun({ listings, algorithm, parameters, ackKey })
    await expect(run([first, other])).rejects.toEqual(code('JOINT_POLICIES'))
    await expect(run([first, forSale])).rejects.toEqual(code('JOINT_LISTINGS'))
    await expect(run([...twins])).rejects.toEqual(code('JOINT_LISTINGS'))
    await expect(run([first])).rejects.toEqual(code('INVALID_PARAMETER'))
    await expect(run([first, first])).rejects.toEqual(code('INVALID_PARAMETER'))
    const many = Array.from({ length: JOINT_ORDERS_MAX + 1 }, (_, index) => `0x${index}${'7'.repeat(63)}` as Hex)
    await expect(run(many)).rejects.toEqual(code('INVALID_PARAMETER'))
    await expect(run([first, many[0] as Hex])).rejects.toEqual(code('LISTING_NOT_FOUND'))

    const pair = [first, second].map((listing) => ({ listing, n: 1n }))
    await expect(
      quoteRaw(
        first,
        many.map((listing) => ({ listing, n: 1n })),
      ),
    ).rejects.toEqual(code('REQUEST_INVALID'))
    await expect(quoteRaw(first, pair.slice(0, 1))).rejects.toEqual(code('REQUEST_INVALID'))
    await expect(
      quoteRaw(first, [
        { listing: first, n: 1n },
        { listing: first, n: 2n },
      ]),
    ).rejects.toEqual(code('JOINT_LISTINGS'))
    await expect(quoteRaw(other, pair)).rejects.toEqual(code('REQUEST_INVALID'))
    await expect(quoteRaw(first, pair, { n: 2n })).rejects.toEqual(code('REQUEST_INVALID'))
    await quoteRaw(first, pair)
    // A number stands for one run.
    await expect(quoteRaw(first, [...pair, { listing: other, n: 1n }])).rejects.toEqual(code('QUOTE_CONFLICT'))
    await expect(
      sponsor.orders.quote({ listing: first, kind: 'compute', n: 1n, ackKey, algorithm, parameters }),
    ).rejects.toEqual(code('QUOTE_CONFLICT'))
  }, 90_000)

  it('has at most one algorithm, which is what it says, and nothing without data', async () => {
    const [first] = await tables()
    await expect(sold(module, sha256(trap()))).rejects.toMatchObject({ code: 'ATTESTATION_TERMS' })
    await expect(sold(new TextEncoder().encode('no module'))).rejects.toMatchObject({ code: 'ALGORITHM_REFUSED' })
    const [one, another] = [await sold(module), await sold(module)]
    const { document, record } = await (async () => ({
      ...(await sponsor.listings.get({ listing: one })),
      record: await sponsor.listings.record({ listing: one }),
    }))()
    expect(document.algorithmTerms?.algorithm.digest).toBe(algorithm)
    expect(document).not.toHaveProperty('policy')
    expect(record.prices).toEqual({ compute: 2n * ONE })
    const wish = { parameters, ackKey }
    await expect(sponsor.orders.quote({ listing: one, kind: 'compute', algorithm, ...wish })).rejects.toMatchObject({
      code: 'ALGORITHM_ALONE',
    })
    await expect(
      sponsor.orders.quoteRun({ listings: [first, another], algorithmListing: one, ...wish }),
    ).rejects.toMatchObject({ code: 'JOINT_LISTINGS' })
    await expect(
      sponsor.orders.quoteRun({ listings: [another], algorithmListing: one, ...wish }),
    ).rejects.toMatchObject({ code: 'JOINT_LISTINGS' })
    await expect(sponsor.orders.quoteRun({ listings: [one], algorithmListing: first, ...wish })).rejects.toMatchObject({
      code: 'INVALID_PARAMETER',
    })
    // Its maker bounds the parameters, too.
    await expect(
      sponsor.orders.quoteRun({ listings: [first], algorithmListing: one, ackKey, parameters: { rounds: 11 } }),
    ).rejects.toMatchObject({ code: 'BAD_PARAMETER' })
    const other = await sold(trap())
    await expect(
      sponsor.orders.quoteRun({ listings: [first], algorithmListing: other, ...wish }),
    ).rejects.toMatchObject({ code: 'ALGORITHM_NOT_ALLOWED' })
    const { quotes } = await sponsor.orders.quoteRun({ listings: [first], algorithmListing: one, ...wish })
    expect(quotes.map(({ deal }) => deal.price)).toEqual([COMPUTE_PRICE, 2n * ONE])
  }, 90_000)
})
