import { DAY, type Hex, type Kind } from '@gristmill/protocol'
import { FetchRequest, JsonRpcProvider } from 'ethers'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  type Attested,
  ChainUnreachableError,
  Client,
  InvalidParameterError,
  jsonRpcProvider,
  LogsRefusedError,
  OrderUnknownError,
} from '../src/index.js'
import { type CappedNode, type Caps, startCappedNode } from './_capped-node.js'
import {
  attest,
  clientOf,
  errorOf,
  ONE,
  offer,
  random32,
  receiptFor,
  type Stage,
  setStage,
  TEST_CONFIG,
} from './_util.js'

const PRICE = ONE
const ORDERS = 12
const NO_CAPS = {}

let stage: Stage
let node: CappedNode
let attested: Attested
let listing: Hex
/** In the order of placing. */
const placed: Hex[] = []

beforeAll(async () => {
  stage = await setStage()
  node = await startCappedNode(stage.localnet.url)
  ;({ attested, listing } = await publish())
  // Blocks between the orders, so that there is something to page through.
  for (let count = 0; count < ORDERS; count += 1) {
    placed.push((await order('access')).orderId)
    await stage.buyer.vault.approve({ token: stage.localnet.token, spender: 'vault', amount: BigInt(count) })
  }
})
afterAll(async () => {
  await node[Symbol.asyncDispose]()
  await stage.localnet.close()
})
beforeEach(() => {
  node.caps = NO_CAPS
  node.answered = []
  node.refused = []
})

async function publish() {
  const words = await attest(stage)
  const prices = { access: PRICE, compute: PRICE }
  const published = await stage.maker.listings.publishAttested({ ...words, prices, payment: 'permit' })
  return { attested: words, listing: published.listing }
}

async function order(kind: Kind) {
  const quote = await offer(stage, { attested, listing, kind, price: PRICE })
  return { ...quote, ...(await stage.buyer.orders.place({ quote, payment: 'permit' })) }
}

/** A client that has yet to learn what the node takes. */
function freshClient(url = node.url): Promise<Client> {
  return Client.connect({ runner: jsonRpcProvider(url), deployment: stage.localnet.deployment })
}

const everything = { fromBlock: 0, toBlock: 'latest' } as const

describe('logs of a node that', () => {
  it('takes any range are read at once', async () => {
    const events = await (await freshClient()).orders.events(everything)
    expect(events.map(({ orderId }) => orderId)).toEqual(placed)
    expect(node).toMatchObject({ answered: [expect.any(Number)], refused: [] })
  })

  it.each<[string, Caps]>([
    ['ranges above 7 blocks', { blocks: 7 }],
    ['more than 3 results', { results: 3 }],
    ['both, by an HTTP status', { blocks: 20, results: 4, refusal: 'http-error' }],
  ])('refuses %s are the same, in the same order', async (_what, caps) => {
    const whole = await (await freshClient()).orders.events(everything)
    const client = await freshClient()
    node.caps = caps
    node.answered = []
    expect(await client.orders.events(everything)).toEqual(whole)
    expect(node.refused.length).toBeGreaterThan(0)
    expect(Math.max(...node.answered)).toBeLessThanOrEqual(caps.blocks ?? Number.POSITIVE_INFINITY)
  })

  it('refuses much are read with what was learnt before, and faster where it takes more', async () => {
    const client = await freshClient()
    node.caps = { blocks: 4 }
    await client.orders.events(everything)
    const first = node.refused.length
    node.refused = []
    await client.orders.events(everything)
    expect(node.refused.length).toBeLessThan(first)
    node.caps = NO_CAPS
    node.answered = []
    for (let round = 0; round < 5; round += 1) await client.orders.events(everything)
    expect(Math.max(...node.answered)).toBeGreaterThan(8)
  })

  it('refuses everything are given up after a bounded number of questions', async () => {
    const client = await freshClient()
    node.caps = { closed: true }
    expect(await errorOf(client.orders.events({ fromBlock: 0, toBlock: 8 }))).toBeInstanceOf(LogsRefusedError)
    expect(node.refused.length).toBeLessThan(12)
  })

  it('never answers are given up after three waits', async () => {
    const request = new FetchRequest(node.url)
    request.timeout = 1_000
    const runner = new JsonRpcProvider(request, undefined, { batchMaxCount: 1, cacheTimeout: -1, staticNetwork: true })
    const client = await Client.connect({ runner, deployment: stage.localnet.deployment })
    node.caps = { closed: true, refusal: 'silence' }
    expect(await errorOf(client.orders.events(everything))).toBeInstanceOf(ChainUnreachableError)
    expect(node.refused).toHaveLength(3)
  })

  it('is gone are not asked for again and again', async () => {
    const gone = await startCappedNode(stage.localnet.url)
    const client = await freshClient(gone.url)
    await gone[Symbol.asyncDispose]()
    expect(await errorOf(client.orders.events({ fromBlock: 0, toBlock: 100 }))).toBeInstanceOf(ChainUnreachableError)
  })
})

describe('one order', () => {
  it('is looked for from the newest block on, no further than its placing', async () => {
    const client = await freshClient()
    node.caps = { blocks: 5 }
    await client.orders.events({ fromBlock: 0, toBlock: 10 })
    node.answered = []
    const newest = placed.at(-1) as Hex
    expect(await client.orders.get({ orderId: newest })).toMatchObject({ orderId: newest, status: 'placed' })
    expect(node.answered.length).toBeLessThan(4)
    const oldest = placed[0] as Hex
    expect(await client.orders.get({ orderId: oldest })).toMatchObject({ orderId: oldest })
  })

  it('that nobody placed costs no search', async () => {
    const client = await freshClient()
    expect(await errorOf(client.orders.get({ orderId: random32() }))).toBeInstanceOf(OrderUnknownError)
    expect(node.answered).toEqual([])
  })
})

describe('orders of an account', () => {
  const buyer = () => stage.localnet.actors.buyer.address
  const maker = () => stage.localnet.actors.maker.address

  it.each([['buyer' as const], ['maker' as const]])('as %s come newest first, page by page', async (role) => {
    const client = await freshClient()
    node.caps = { blocks: 9 }
    const account = role === 'buyer' ? buyer() : maker()
    const seen: Hex[] = []
    let after: string | undefined
    do {
      const page = await client.orders.list({ account, role, limit: 5, ...(after === undefined ? {} : { after }) })
      seen.push(...page.orders.map(({ orderId }) => orderId))
      after = page.next
    } while (after !== undefined)
    expect(seen).toEqual(placed.toReversed())
  })

  it('are whole: terms and state', async () => {
    const { orders } = await stage.buyer.orders.list({ account: buyer(), role: 'buyer', limit: 1 })
    expect(orders).toEqual([await stage.buyer.orders.get({ orderId: placed.at(-1) as Hex })])
  })

  it('can be chosen by state and by listing', async () => {
    const { orderId, deal, goods } = await order('compute')
    await stage.operator.orders.fulfil({ deal, goods, receipt: receiptFor(orderId, goods) })
    const list = (more: object) => stage.buyer.orders.list({ account: buyer(), role: 'buyer', limit: 100, ...more })
    expect((await list({ status: 'fulfilled' })).orders.map((found) => found.orderId)).toEqual([orderId])
    expect((await list({ status: 'placed' })).orders).toHaveLength(ORDERS)
    expect((await list({ listing: random32() })).orders).toEqual([])
    expect((await list({ listing })).orders).toHaveLength(ORDERS + 1)
    await stage.buyer.orders.accept({ orderId })
    const { orders } = await list({ status: 'settled', role: 'maker', account: maker() })
    expect(orders.map((found) => found.orderId)).toEqual([orderId])
  })

  it('are none for somebody who neither bought nor sold', async () => {
    const account = stage.localnet.actors.curator.address
    for (const role of ['buyer', 'maker'] as const) {
      expect(await stage.buyer.orders.list({ account, role })).toEqual({ orders: [] })
    }
  })

  it.each([
    { after: '1' },
    { after: '-1.0' },
    { after: '1.1.1' },
    { after: `${'9'.repeat(400)}.1` },
    { limit: 0 },
    { limit: 101 },
    { limit: 1.5 },
  ])('are not listed by %j', async (wrong) => {
    const list = stage.buyer.orders.list({ account: buyer(), role: 'buyer', ...wrong })
    expect(await errorOf(list)).toBeInstanceOf(InvalidParameterError)
  })
})

describe('markets', () => {
  it('are listed newest first, by creator and asset, page by page', async () => {
    const curator = await clientOf(stage.localnet, 'curator')
    const terms = { asset: stage.localnet.token, p0: ONE, k: 10n ** 24n, config: TEST_CONFIG, seed: ONE }
    const made: Hex[] = []
    for (let count = 0; count < 3; count += 1) {
      made.push((await curator.markets.create({ ...terms, payment: 'permit' })).market)
    }
    const client = await freshClient()
    node.caps = { blocks: 6 }
    const creator = stage.localnet.actors.curator.address
    const first = await client.markets.list({ creator, limit: 2 })
    expect(first.markets.map(({ market }) => market)).toEqual([made[2], made[1]])
    const second = await client.markets.list({ creator, limit: 2, after: first.next as string })
    expect(second).toMatchObject({ markets: [{ market: made[0], creator, asset: stage.localnet.token }] })
    expect(second.next).toBeUndefined()
    expect((await client.markets.list()).markets).toHaveLength(4)
    expect((await client.markets.list({ asset: creator })).markets).toEqual([])
  })
})

describe('listings', () => {
  it('tell what happened to them, in order', async () => {
    const { maker } = stage
    const { listing: another } = await publish()
    await maker.listings.setPrices({ listing: another, prices: { access: 2n * ONE } })
    const { exitAt } = await maker.listings.exit({ listing: another })
    const client = await freshClient()
    node.caps = { blocks: 6 }
    const events = (await client.listings.events(everything)).filter((event) => event.listing === another)
    expect(events).toMatchObject([
      { type: 'published', market: stage.market, prices: { access: PRICE, compute: PRICE } },
      { type: 'prices-changed', prices: { access: 2n * ONE } },
      { type: 'exiting', exitAt },
    ])
    expect(exitAt).toBeLessThan(Date.now() / 1000 + DAY)
  })
})
