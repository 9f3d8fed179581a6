import { cpSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DAY, dealToChain, goodsHash, type ListingId } from '@gristmill/protocol'
import { createSessionKey } from '@gristmill/sdk'
import { MaxUint256, type Signer } from 'ethers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Chain } from '../src/chain/chain.js'
import { findCursor } from '../src/chain/cursor.js'
import { readOn } from '../src/chain/follower.js'
import { createConfig } from '../src/config/config.js'
import { openSecrets } from '../src/config/secrets.js'
import type { Context } from '../src/context.js'
import type { Database } from '../src/db/open-database.js'
import { createLogger } from '../src/logger.js'
import { createTasks } from '../src/tasks.js'
import { randomOf } from './_random.js'
import {
  ACCESS_PRICE,
  buyersKey,
  clientOf,
  download,
  openDatabaseOf,
  policyFor,
  publish,
  type Stage,
  setStage,
  startOn,
  until,
  walletOf,
} from './_util.js'
import { trap } from './_wat.js'

const HOUR = 3_600
const isDeep = process.env.GRISTMILL_DEEP === '1'
const REORGS = isDeep ? 1_000 : 5
/** So many on one chain, which grows by each of them: the branch that wins is the longer one. */
const CHAPTER = 100
const FULFIL_SECONDS = 600
const LISTINGS = 2
const ORDERS = 2
const GAS_LIMIT = 2_000_000n
const SEED = Number(process.env.GRISTMILL_REORG_SEED ?? Math.floor(Math.random() * 2 ** 31))

/** A transaction that can be sent again wherever the chain stands; whether it succeeds is the chain's to say. */
interface Action {
  name: string
  wallet: Signer
  to: string
  data: string
}

/** One life in its order: what is sent, what the chain then tells, and what the database makes of it. */
interface Turn {
  name: string
  tells: readonly string[]
  becomes: Partial<Picture>
  /** Sent only when what was placed before can be paid back. */
  isLate?: true
}
const LIFE: readonly Turn[] = [
  { name: 'list', tells: ['published'], becomes: { listed: 1 } },
  { name: 'place 0', tells: ['placed'], becomes: { running: 1 } },
  { name: 'deliver 0', tells: ['settled'], becomes: { running: 0, settled: 1 } },
  { name: 'place fair', tells: ['placed'], becomes: { running: 1 } },
  { name: 'reveal', tells: ['revealed'], becomes: { running: 0, fulfilled: 1 } },
  { name: 'accept', tells: ['settled'], becomes: { fulfilled: 0, settled: 2 } },
  { name: 'list run', tells: ['published'], becomes: { listed: 2 } },
  { name: 'place run', tells: ['placed'], becomes: { running: 1 } },
  { name: 'fulfil', tells: ['fulfilled'], becomes: { running: 0, fulfilled: 1 } },
  { name: 'dispute', tells: ['disputed'], becomes: { contested: 1 } },
  { name: 'rule', tells: ['ruled', 'refunded'], becomes: { fulfilled: 0, refunded: 1 } },
  { name: 'place 1', tells: ['placed'], becomes: { running: 1 } },
  { name: 'refund 1', tells: ['refunded'], becomes: { running: 0, refunded: 2 }, isLate: true },
  // What was quoted at the price before could not be placed any more.
  { name: 'raise', tells: ['prices-changed'], becomes: { raised: 1 } },
  { name: 'exit', tells: ['exiting'], becomes: { leaving: 1 } },
]

/** How many listings and orders are where. */
interface Picture {
  listed: number
  raised: number
  leaving: number
  running: number
  fulfilled: number
  contested: number
  settled: number
  refunded: number
}

describe('a chain that changes its mind', () => {
  let stage: Stage
  let chain: Chain
  const actions: Action[] = []
  const opened: Database[] = []
  let place: string
  let prepared: string

  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), 'gristmill-reorg-'))
    stage = await setStage()
    const { localnet } = stage
    const [maker, buyer] = await Promise.all([clientOf(localnet, 'maker'), clientOf(localnet, 'buyer')])
    await maker.vault.approve({ token: localnet.token, spender: 'listings', amount: MaxUint256 })
    await buyer.vault.approve({ token: localnet.token, spender: 'orders', amount: MaxUint256 })
    const goBack = await localnet.remember()
    await prepare()
    await goBack()
    prepared = join(place, 'prepared')
    cpSync(join(stage.directory, 'db'), prepared, { recursive: true })
  }, 240_000)
  afterAll(async () => {
    // Not there yet if something failed before.
    await chain?.close()
    for (const db of opened) await db.destroy()
    await stage?.close()
    await rm(place, { recursive: true, force: true })
  })

  /** Lives through everything once, with a datatrust that attests and quotes, and notes the transactions. */
  async function prepare() {
    const { localnet } = stage
    const arbiter = localnet.actors.stranger.address
    await using server = await startOn({
      ...stage,
      params: {
        ...stage.params,
        terms: { quoteSeconds: DAY, attestationSeconds: DAY, fulfilWithinSeconds: FULFIL_SECONDS, arbiter },
      },
    })
    const [maker, buyer] = await Promise.all([
      clientOf(localnet, 'maker', server.url),
      clientOf(localnet, 'buyer', server.url),
    ])
    const { deployment } = localnet
    const note = async (name: string, wallet: Signer, sent: { hash: string }) => {
      const { to, data } = (await wallet.provider?.getTransaction(sent.hash)) ?? {}
      actions.push({ name, wallet, to: to as string, data: data as string })
    }
    /** An order whose key is revealed, and which its buyer accepts. */
    const prepareFair = async (listing: ListingId) => {
      const session = createSessionKey()
      const quote = await buyer.orders.quote({ listing, kind: 'access', ackKey: session.address })
      const { orderId, receipt: placed } = await buyer.orders.place({ quote, payment: 'allowance' })
      await note('place fair', buyers, placed)
      await buyer.orders.wait({ orderId, session, pollMs: 20 })
      await download(buyer, { orderId, session })
      const events = await buyer.orders.events({ fromBlock: 0, toBlock: 'latest', orderIds: [orderId] })
      await note('reveal', signer, { hash: events.find(({ type }) => type === 'revealed')?.transactionHash ?? '' })
      await note('accept', buyers, (await buyer.orders.accept({ orderId })).receipt)
    }
    /** A run that fails, is contested before an arbiter, and paid back. */
    const prepareRun = async () => {
      const { algorithm } = await buyer.orders.sendAlgorithm({ module: trap() })
      const policy = policyFor(algorithm)
      const { listing, receipt } = await publish(maker, stage.market, { policy, more: { payment: 'allowance' } })
      await note('list run', makers, receipt as { hash: string })
      const wish = { listing, algorithm, ackKey: createSessionKey().address, parameters: { rounds: 1 }, arbiter }
      const quote = await buyer.orders.quote({ ...wish, kind: 'compute' })
      const { orderId, receipt: placed } = await buyer.orders.place({ quote, payment: 'allowance' })
      await note('place run', buyers, placed)
      await buyer.orders.wait({ orderId, pollMs: 20 })
      const events = await buyer.orders.events({ fromBlock: 0, toBlock: 'latest', orderIds: [orderId] })
      const { transactionHash: hash, deliveryHash } = events.find((event) => event.type === 'fulfilled') ?? {}
      await note('fulfil', signer, { hash: hash ?? '' })
      const terms = [dealToChain(quote.deal), goodsHash(quote.goods), deliveryHash ?? ''] as const
      const { interface: orders } = buyer.contracts.orders
      const to = deployment.orders
      actions.push({ name: 'dispute', wallet: strangers, to, data: orders.encodeFunctionData('dispute', [...terms]) })
      actions.push({ name: 'rule', wallet: strangers, to, data: orders.encodeFunctionData('rule', [...terms, true]) })
    }
    const [makers, buyers, strangers] = (['maker', 'buyer', 'stranger'] as const).map((name) =>
      walletOf(localnet, name),
    ) as unknown as [Signer, Signer, Signer]
    const signer = (await openSecrets(createConfig(stage.params))).signer.connect(strangers.provider)
    for (let index = 0; index < LISTINGS; index += 1) {
      const { listing, receipt } = await publish(maker, stage.market, { more: { payment: 'allowance' } })
      await note('list', makers, receipt as { hash: string })
      const { publicKey: recipientPublicKey } = await buyersKey()
      for (let order = 0; order < ORDERS; order += 1) {
        const quote = await buyer.orders.quote({ listing, kind: 'access', direct: true, recipientPublicKey })
        const { receipt: placed } = await buyer.orders.place({ quote, payment: 'allowance' })
        await note(`place ${order}`, buyers, placed)
        const terms = { deal: dealToChain(quote.deal), goodsHash: goodsHash(quote.goods) }
        const { orders } = buyer.contracts
        const to = deployment.orders
        const deliver = orders.interface.encodeFunctionData('deliver', [terms.deal, terms.goodsHash])
        actions.push({ name: `deliver ${order}`, wallet: signer, to, data: deliver })
        const refund = orders.interface.encodeFunctionData('refund', [[terms]])
        actions.push({ name: `refund ${order}`, wallet: strangers, to, data: refund })
      }
      if (index === 0) await prepareFair(listing)
      else await prepareRun()
      for (const [name, access] of [
        ['raise', ACCESS_PRICE + 1n],
        ['lower', ACCESS_PRICE],
      ] as const) {
        const prices = { access }
        await note(name, makers, (await maker.listings.setPrices({ listing, prices })).receipt)
      }
      const exit = maker.contracts.listings.interface.encodeFunctionData('exit', [listing])
      actions.push({ name: 'exit', wallet: makers, to: deployment.listings, data: exit })
    }
  }

  /** What follows, without what works. */
  async function follow(name: string): Promise<Context> {
    const directory = join(place, name)
    const params = { ...stage.params, dataDirectory: directory }
    cpSync(prepared, join(directory, 'db'), { recursive: true })
    const db = await openDatabaseOf({ params })
    opened.push(db)
    // A chain of its own word would call every block final at once.
    const config = createConfig({ ...params, chain: { ...params.chain, finality: '0:1' } })
    const secrets = await openSecrets(createConfig(stage.params))
    chain ??= await Chain.connect(config, secrets, () => db)
    const log = createLogger('silent')
    return { config, db, chain, secrets, log, tasks: createTasks(), worker: { wake: () => {} } } as unknown as Context
  }

  async function forget({ db }: Context) {
    for (const table of [
      'cursor',
      'marks',
      'undos',
      'orders',
      'lost_orders',
      'chain_events',
      'catalogue',
      'listings',
    ] as const) {
      await db.deleteFrom(table).execute()
    }
  }

  /** What the chain made of a database; positions only by their order. */
  async function told({ db }: Context) {
    const orders = await db.selectFrom('orders').selectAll().orderBy('placed_position').execute()
    const listings = await db.selectFrom('listings').selectAll().orderBy('position').execute()
    const catalogue = await db.selectFrom('catalogue').selectAll().orderBy('position').execute()
    return {
      events: await db.selectFrom('chain_events').selectAll().orderBy('block_number').orderBy('log_index').execute(),
      lost: await db.selectFrom('lost_orders').selectAll().execute(),
      orders: orders.map(({ placed_position: _, ...row }) => row),
      listings: listings.map(({ position: _, ...row }) => row),
      catalogue: catalogue.map(({ position: _, ...row }) => row),
      cursor: await findCursor(db).then((cursor) => ({ number: cursor?.number, hash: cursor?.hash })),
    }
  }

  function pictureOf({ orders, catalogue }: Pick<Awaited<ReturnType<typeof told>>, 'orders' | 'catalogue'>): Picture {
    const ended = (how: string) => orders.filter((order) => (order.ended ?? order.state) === how)
    return {
      listed: catalogue.length,
      raised: catalogue.filter(({ access_price }) => access_price === String(ACCESS_PRICE + 1n)).length,
      leaving: catalogue.filter(({ exit_at }) => exit_at > 0).length,
      running: ended('running').length,
      fulfilled: ended('fulfilled').length,
      contested: ended('fulfilled').filter(isContested).length,
      settled: ended('settled').length,
      refunded: ended('refunded').length,
    }
  }

  const isContested = ({ settles_after, fulfil_by }: { settles_after: number | null; fulfil_by: number }) =>
    (settles_after ?? 0) - fulfil_by > 7 * DAY

  async function send({ wallet, to, data }: Action) {
    const nonce = await wallet.getNonce('latest')
    const sent = await wallet.sendTransaction({ to, data, nonce, gasLimit: GAS_LIMIT })
    await until(async () => await wallet.provider?.getTransactionReceipt(sent.hash))
  }

  it('takes back with its block each thing that the chain tells, and takes it again', async () => {
    const { localnet } = stage
    const [live, anew] = [await follow('steered'), await follow('steered-anew')]
    await forget(live)
    const goToStart = await localnet.remember()
    await readOn(live)
    const height = () => chain.blockNumber()
    const isAsMadeAnew = async () => {
      await forget(anew)
      await readOn(anew)
      expect(await told(live)).toEqual(await told(anew))
    }
    for (const { name, tells, becomes, isLate } of LIFE) {
      const action = actions.find((known) => known.name === name) as Action
      if (isLate) await localnet.advance(FULFIL_SECONDS + 2 * HOUR)
      await readOn(live)
      const { cursor: _, ...before } = await told(live)
      const goBack = await localnet.remember()
      await send(action)
      await readOn(live)
      const happened = await told(live)
      expect(
        happened.events.slice(before.events.length).map(({ type }) => type),
        name,
      ).toEqual(tells)
      expect(pictureOf(happened), name).toMatchObject(becomes)
      expect(pictureOf(before), name).not.toMatchObject(becomes)
      await isAsMadeAnew()
      const gone = await height()
      await goBack()
      do await localnet.advance(1)
      while ((await height()) <= gone)
      await readOn(live)
      const { cursor: __, ...after } = await told(live)
      expect(after, `${name}, taken back`).toEqual(before)
      await isAsMadeAnew()
      await send(action)
      await readOn(live)
      expect(pictureOf(await told(live)), `${name}, again`).toMatchObject(becomes)
    }
    await isAsMadeAnew()
    await goToStart()
  }, 120_000)

  it(`leaves the database as one made anew, after each of ${REORGS} random reorganisations (seed ${SEED})`, async () => {
    const below = randomOf(SEED)
    const { localnet } = stage
    const [live, anew] = [await follow('live'), await follow('anew')]
    const height = () => chain.blockNumber()
    const points: { goBack: () => Promise<void> }[] = []
    let changes = 0
    const seen = new Set<string>()
    const act = async () => {
      points.push({ goBack: await localnet.remember() })
      if (below(20) === 0) await localnet.advance(below(2) === 0 ? 2 * FULFIL_SECONDS : 5)
      else await send(actions[below(actions.length)] as Action)
    }
    const begin = async () => {
      await points.splice(0)[0]?.goBack()
      await forget(live)
      for (let step = 0; step < 12; step += 1) await act()
      await readOn(live)
    }
    for (let reorg = 0; reorg < REORGS; reorg += 1) {
      if (reorg % CHAPTER === 0) await begin()
      const steps = 1 + below(6)
      for (let step = 0; step < steps; step += 1) {
        await act()
        if (below(2) === 0) await readOn(live)
      }
      await readOn(live)
      const before = await height()
      // Now and then all of it, or nothing would be left to happen.
      const depth = below(8) === 0 ? points.length : 1 + below(Math.min(points.length, below(4) === 0 ? 40 : 5))
      await points.splice(-depth)[0]?.goBack()
      // The other branch has other blocks from the first one on.
      do {
        await act()
        if (below(3) === 0) await readOn(live)
      } while ((await height()) <= before)
      await readOn(live)
      await forget(anew)
      await readOn(anew)
      const [is, shouldBe] = [await told(live), await told(anew)]
      expect(is, `reorganisation ${reorg}, seed ${SEED}`).toEqual(shouldBe)
      changes += depth
      if (isDeep && (reorg + 1) % 50 === 0) console.error(`${reorg + 1} of ${REORGS} reorganisations`)
      for (const order of shouldBe.orders) {
        seen.add(order.ended ?? order.state)
        if (order.ended === 'fulfilled' && isContested(order)) seen.add('contested')
      }
      if (shouldBe.catalogue.some(({ exit_at }) => exit_at > 0)) seen.add('exit')
    }
    expect(changes).toBeGreaterThanOrEqual(REORGS)
    // What a few of them come to is up to the seed; that each state is come to and taken back is what the life above is for.
    if (isDeep)
      expect([...seen].toSorted()).toEqual(
        expect.arrayContaining(['contested', 'exit', 'fulfilled', 'refunded', 'running', 'settled']),
      )
  }, 14_400_000)
})
