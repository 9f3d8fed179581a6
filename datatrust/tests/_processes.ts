import { randomBytes } from 'node:crypto'
import { DAY, type Hex, type ListingId, type OrderId } from '@gristmill/protocol'
import { type Client, createSessionKey } from '@gristmill/sdk'
import type { BlobStore } from '@gristmill/storage'
import { Transaction } from 'ethers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DatatrustProcess } from './_big.js'
import { HaProxy, NO_HAPROXY } from './_haproxy.js'
import { authorization, send } from './_http.js'
import { NO_POSTGRES, PostgresServer, query } from './_postgres.js'
import { RpcProxy } from './_rpc-proxy.js'
import {
  buyersKey,
  clientOf,
  download,
  downloadDirect,
  policyFor,
  publish,
  random32,
  type Stage,
  setStage,
  sha256,
  until,
  walletOf,
} from './_util.js'
import { constantModel } from './_wat.js'

const isDeep = process.env.GRISTMILL_DEEP === '1'
const ORDERS = isDeep ? 60 : 9
const PROCESSES = 3
const SETTLED = 3
/** Sent while one of them is killed. */
const UPLOADS = 3
const UPLOAD_BYTES = 3_000_000

/** Where several processes keep their blobs. */
export interface SharedBlobs {
  /** How people call it. */
  name: string
  /** Variables that lead a datatrust there. */
  variables: (stage: Stage) => Promise<Record<string, string>>
  /** The same place, beside the datatrusts. */
  open: (stage: Stage) => Promise<BlobStore>
  /** `database`: what has to do with the database alone is tried, too. */
  tried: 'blobs' | 'database'
}

/** What has to hold for three datatrusts, each in a process of its own, over one PostgreSQL and the same blobs. */
export function describeProcesses({ name, variables, open, tried }: SharedBlobs): void {
  describe.skipIf(NO_POSTGRES)(`three datatrusts over one database and one ${name}`, () => {
    const hasAll = isDeep || tried === 'database'
    let postgres: PostgresServer
    let stage: Stage
    let node: RpcProxy
    let listing: ListingId
    let content: Uint8Array
    let url: string
    const processes: DatatrustProcess[] = []
    const makers: Client[] = []
    const buyers: Client[] = []

    beforeAll(async () => {
      postgres = await PostgresServer.start()
      url = await postgres.createDatabase()
      stage = await setStage({ databaseUrl: url })
      const { localnet, params } = stage
      node = await RpcProxy.to(localnet.url)
      stage.params = { ...params, chain: { ...params.chain, rpcUrl: node.url } }
      // Everybody has the same address here.
      const limits = { DATATRUST_REQUESTS_PER_MINUTE: '100000' }
      const set = { databaseUrl: url, variables: { ...limits, ...(await variables(stage)) } }
      processes.push(
        ...(await Promise.all(Array.from({ length: PROCESSES }, () => DatatrustProcess.start(stage, set)))),
      )
      const datatrustRetry = { maxFailures: 1 }
      for (const { url: at } of processes) {
        makers.push(await clientOf(localnet, 'maker', at, { datatrustRetry }))
        buyers.push(await clientOf(localnet, 'buyer', at, { datatrustRetry }))
      }
      const published = await publish(makers[0] as Client, stage.market)
      listing = published.listing
      content = published.content
    }, 240_000)
    afterAll(async () => {
      for (const one of processes) await one.end()
      await node?.[Symbol.asyncDispose]()
      await stage?.close()
      await postgres?.[Symbol.asyncDispose]()
    })

    const alive = () => processes.flatMap((one, index) => (one.child.signalCode === null ? [index] : []))

    /** Asks one process after the other, as a load balancer does, until one answers. */
    async function ask<T>(first: number, what: (client: Client) => Promise<T>, clients = buyers): Promise<T> {
      return until(async () => {
        const up = alive()
        return { answer: await what(clients[up[first++ % up.length] as number] as Client) }
      }, 60_000).then(({ answer }) => answer)
    }

    async function buyOne(first: number): Promise<OrderId> {
      const { publicKey: recipientPublicKey } = await buyersKey()
      const n = BigInt(first + 1)
      const quote = await ask(first, (buyer) =>
        buyer.orders.quote({ listing, kind: 'access', direct: true, recipientPublicKey, n }),
      )
      const { orderId } = await (buyers[0] as Client).orders.place({ quote, payment: 'permit' })
      return orderId
    }

    it.runIf(hasAll)('consume a nonce once, whoever is asked', async () => {
      const header = await authorization(stage, walletOf(stage.localnet, 'maker'), {
        method: 'GET',
        resource: '/v1/approvals',
      })
      const answers = await Promise.all(
        Array.from({ length: 60 }, (_, index) =>
          send(`${processes[index % PROCESSES]?.url}/v1/approvals`, {
            method: 'GET',
            headers: { authorization: header },
          }),
        ),
      )
      const statuses = answers.map(({ status }) => status)
      expect(statuses.filter((status) => status === 200)).toHaveLength(1)
      expect(statuses.filter((status) => status === 401)).toHaveLength(59)
    })

    it('deliver every order once and store every upload, though one of them is killed while it works', async () => {
      const orderIds: OrderId[] = []
      for (let index = 0; index < ORDERS; index += 1) orderIds.push(await buyOne(index))
      let delivered = 0
      const collect = async (orderId: OrderId, index: number) => {
        // Two processes are asked for the same order at once.
        const both = await Promise.all(
          [index, index + 1].map((first) => ask(first, (buyer) => downloadDirect(buyer, orderId))),
        )
        for (const bytes of both) expect(Buffer.compare(Buffer.from(bytes), Buffer.from(content))).toBe(0)
        delivered += 1
        if (delivered === Math.ceil(ORDERS / 3)) await processes[1]?.end('SIGKILL')
      }
      const uploads = Array.from({ length: UPLOADS }, () => ({
        uploadId: random32(),
        content: randomBytes(UPLOAD_BYTES),
      }))
      const [stored] = await Promise.all([
        Promise.all(uploads.map((upload, index) => ask(index, (maker) => sendContent(maker, upload), makers))),
        ...orderIds.map((orderId, index) => collect(orderId, index)),
      ])
      expect(stored.map((upload) => upload.sha256)).toEqual(uploads.map((upload) => sha256(upload.content)))
      expect(alive()).toHaveLength(PROCESSES - 1)

      const buyer = buyers[0] as Client
      const events = await buyer.orders.events({ fromBlock: 0, toBlock: 'latest', orderIds })
      for (const orderId of orderIds) {
        expect(events.filter((event) => event.orderId === orderId).map(({ type }) => type)).toEqual([
          'placed',
          'settled',
        ])
        await until(async () => (await buyer.orders.document({ orderId })).state === 'done')
      }
      await expectSentOnce(ORDERS)
      await using blobs = await open(stage)
      expect((await blobs.list('messages/')).keys).toEqual([])
      // Whoever is asked has what another one acknowledged.
      for (const index of alive()) {
        for (const [nth, upload] of uploads.entries()) {
          expect(await sendContent(makers[index] as Client, upload)).toEqual(stored[nth])
        }
      }
      const rows = await query(url, 'SELECT blob_key FROM uploads WHERE blob_key IS NOT NULL')
      const { keys } = await blobs.list('assets/')
      expect(rows).toHaveLength(1 + UPLOADS)
      for (const { blob_key } of rows) expect(keys).toContain(blob_key)
    }, 180_000)

    function sendContent(maker: Client, { uploadId, content }: { uploadId: Hex; content: Uint8Array }) {
      const files = [{ name: 'table.csv', sizeBytes: content.length }]
      return maker.listings.upload({ uploadId, content, files })
    }

    /** One transaction for each order, and none that failed. */
    async function expectSentOnce(orders: number) {
      const { provider } = stage.operator
      const signer = await stage.operator.datatrusts.get({ datatrust: stage.datatrust })
      const sent = node.raws.map((raw) => Transaction.from(raw)).filter(({ from }) => from === signer.signer)
      const different = new Map(sent.map((one) => [one.hash as string, one]))
      expect(different.size).toBe(orders)
      expect(new Set(sent.map(({ nonce }) => nonce)).size).toBe(orders)
      for (const hash of different.keys()) expect((await provider.getTransactionReceipt(hash))?.status).toBe(1)
      expect(await provider.getTransactionCount(signer.signer)).toBe(orders)
    }

    it.runIf(hasAll)(
      'settle what is due by one transaction, whichever of them sends it',
      async () => {
        const orderIds: OrderId[] = []
        for (let index = 0; index < SETTLED; index += 1) {
          const session = createSessionKey()
          const wish = { listing, kind: 'access' as const, ackKey: session.address, n: BigInt(500 + index) }
          const quote = await ask(index, (buyer) => buyer.orders.quote(wish))
          const { orderId } = await (buyers[0] as Client).orders.place({ quote, payment: 'permit' })
          await ask(index, (buyer) => buyer.orders.wait({ orderId, session, pollMs: 50 }))
          await ask(index, (buyer) => download(buyer, { orderId, session }))
          orderIds.push(orderId)
        }
        const before = node.raws.length
        await stage.localnet.advance(2 * DAY)
        const buyer = buyers[0] as Client
        const settled = await until(async () => {
          const events = await buyer.orders.events({ fromBlock: 0, toBlock: 'latest', orderIds })
          const ends = events.filter(({ type }) => type === 'settled')
          return ends.length === SETTLED ? ends : undefined
        })
        expect(new Set(settled.map(({ transactionHash }) => transactionHash)).size).toBe(1)
        // Every process has looked once more.
        await new Promise((resolve) => setTimeout(resolve, 1_000))
        expect(new Set(node.raws.slice(before)).size).toBe(1)
      },
      60_000,
    )

    it.runIf(hasAll)(
      'bring a transaction to the chain that the node lost',
      async () => {
        const orderId = await buyOne(1_000)
        const before = node.raws.length
        // The first one is taken and forgotten.
        node.fault = ({ method, params }) =>
          method === 'eth_sendRawTransaction' && node.raws.length === before + 1
            ? Promise.resolve(Transaction.from(String(params[0])).hash)
            : undefined
        await ask(0, (buyer) => buyer.orders.wait({ orderId, pollMs: 50 }))
        expect(Buffer.from(await ask(0, (buyer) => downloadDirect(buyer, orderId)))).toEqual(Buffer.from(content))
        expect(new Set(node.raws.slice(before)).size).toBe(1)
        expect(node.raws.length).toBeGreaterThan(before + 1)
        node.fault = () => undefined
      },
      90_000,
    )

    it.runIf(hasAll)(
      'count decisions of different reviewers that come at once, and one that comes twice once',
      async () => {
        const { localnet, market } = stage
        const reviewers = [localnet.actors.maker.address, localnet.actors.curator.address]
        const up = alive()
        const owners = up.map((index) => makers[index] as Client)
        const curators = await Promise.all(up.map((index) => clientOf(localnet, 'curator', processes[index]?.url)))
        const [maker, buyer] = [owners[0] as Client, buyers[up[0] as number] as Client]
        const { algorithm } = await until(() => buyer.orders.sendAlgorithm({ module: constantModel() }))
        const { listing: table } = await publish(maker, market, { policy: policyFor(algorithm, { reviewers }) })
        const ackKey = createSessionKey().address
        const wish = { listing: table, kind: 'compute' as const, ackKey, algorithm, parameters: { rounds: 1 } }
        const { orderId } = await buyer.orders.place({ quote: await buyer.orders.quote(wish), payment: 'permit' })
        const { releasedHash } = await until(async () => (await maker.listings.approvals())[0])
        const approve = { orderId, releasedHash, approved: true }
        const states = async () =>
          Promise.all(owners.map(async (client) => (await client.listings.approval({ orderId })).state))
        await Promise.all(owners.map((client) => client.listings.decide(approve)))
        expect(await states()).toEqual(owners.map(() => 'partially-reviewed'))
        await Promise.all([...owners, ...curators].map((client) => client.listings.decide(approve)))
        expect(await states()).toEqual(owners.map(() => 'approved'))
        const made = await query(url, `SELECT reviewer, approved FROM decisions WHERE order_id = '${orderId}'`)
        expect(made).toHaveLength(2)
        const acts = await query(url, `SELECT account FROM acts WHERE order_id = '${orderId}' AND type = 'approved'`)
        expect(acts.map(({ account }) => account).toSorted()).toEqual(reviewers.toSorted())
      },
      60_000,
    )

    it.skipIf(NO_HAPROXY || !hasAll)(
      'are one datatrust behind HAProxy with the file that operators copy, though one of them is down',
      async () => {
        await using front = await HaProxy.before(processes.map(({ url: at }) => at))
        const [maker, buyer] = [
          await clientOf(stage.localnet, 'maker', front.url),
          await clientOf(stage.localnet, 'buyer', front.url),
        ]
        const { listing: sold, content: expected } = await publish(maker, stage.market)
        const session = createSessionKey()
        const wish = { listing: sold, kind: 'access' as const, ackKey: session.address }
        const { orderId } = await buyer.orders.place({ quote: await buyer.orders.quote(wish), payment: 'permit' })
        await buyer.orders.wait({ orderId, session, pollMs: 50 })
        expect(Buffer.from(await download(buyer, { orderId, session }))).toEqual(Buffer.from(expected))
      },
      60_000,
    )

    it.runIf(isDeep)(
      'go on when PostgreSQL was restarted under load, and lose nothing',
      async () => {
        const before = await query(url, 'SELECT order_id FROM orders')
        const orderIds: OrderId[] = []
        const codes = new Set<string>()
        let isOver = false
        const watch = (async () => {
          while (!isOver) {
            const { status, code } = await send(`${processes[0]?.url}/v1/listings`, { method: 'GET' })
            if (status !== 200) codes.add(`${status} ${code}`)
            await new Promise((resolve) => setTimeout(resolve, 20))
          }
        })()
        const load = (async () => {
          for (let index = 0; index < 12; index += 1) orderIds.push(await buyOne(2_000 + index))
        })()
        for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
          await new Promise((resolve) => setTimeout(resolve, 2_000))
          await postgres.end(signal)
          await new Promise((resolve) => setTimeout(resolve, 1_000))
          await postgres.restart()
        }
        await load
        await Promise.all(
          orderIds.map(async (orderId, index) => {
            await ask(index, (buyer) => buyer.orders.wait({ orderId, pollMs: 50 }))
            await ask(index, (buyer) => downloadDirect(buyer, orderId))
          }),
        )
        isOver = true
        await watch
        expect([...codes]).toEqual(['503 DATABASE_UNAVAILABLE'])
        const after = new Set((await query(url, 'SELECT order_id FROM orders')).map(({ order_id }) => order_id))
        for (const orderId of [...before.map(({ order_id }) => order_id), ...orderIds])
          expect(after.has(orderId)).toBe(true)
      },
      300_000,
    )
  })
}
