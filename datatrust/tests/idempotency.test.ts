import { approvalTypedData, type Hex, type ListingId, listingIdOf, type OrderId, orderIdOf } from '@gristmill/protocol'
import { type Client, createSessionKey } from '@gristmill/sdk'
import type { Wallet } from 'ethers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Server } from '../src/index.js'
import { type Answer, authorization, send, sendSigned } from './_http.js'
import { endings } from './_journeys.js'
import {
  buyDirect,
  buyersKey,
  clientOf,
  makeCsv,
  openDatabaseOf,
  PATIENCE_MS,
  policyFor,
  publish,
  random32,
  type Stage,
  setStage,
  sha256,
  startOn,
  until,
  walletOf,
} from './_util.js'
import { constantModel } from './_wat.js'

const TIMES = 20

/** A request that can be made any number of times. */
/** What an answer says: the fields of JSON in any order, without the state, in which an order moves on by itself. */
function bodyOf({ body }: Answer): unknown {
  const text = body.toString()
  if (!text.startsWith('{')) return text
  const { state: _, ...rest } = JSON.parse(text) as Record<string, unknown>
  return rest
}

interface Request {
  /** Made by hand, so that every time is signed anew. */
  ask: () => Promise<Answer>
  /** The same id with another body; what it answers. */
  other?: { ask: () => Promise<Answer>; code: string }
  /** What may be answered to one of many at once. */
  busy?: string
}

describe('a request that is repeated changes nothing and answers the same', () => {
  let stage: Stage
  let server: Server
  let maker: Client
  let buyer: Client
  let wallets: { maker: Wallet; buyer: Wallet }
  let listing: ListingId
  let algorithm: Hex
  beforeAll(async () => {
    stage = await setStage()
    server = await startOn(stage)
    maker = await clientOf(stage.localnet, 'maker', server.url)
    buyer = await clientOf(stage.localnet, 'buyer', server.url)
    wallets = { maker: walletOf(stage.localnet, 'maker'), buyer: walletOf(stage.localnet, 'buyer') }
    ;({ algorithm } = await until(() => buyer.orders.sendAlgorithm({ module: constantModel() })))
    ;({ listing } = await publish(maker, stage.market, { policy: policyFor(algorithm) }))
  }, 400_000)
  afterAll(async () => {
    await server?.close()
    await stage?.close()
  })

  const post = (wallet: Wallet, resource: string, json: unknown) =>
    sendSigned(stage, server.url, wallet, { method: 'POST', resource, json })
  async function put(wallet: Wallet, resource: string, body: Uint8Array): Promise<Answer> {
    const headers = { authorization: await authorization(stage, wallet, { method: 'PUT', resource }) }
    return send(server.url + resource, { method: 'PUT', headers, body: [body] })
  }
  const get = (wallet: Wallet, resource: string) => sendSigned(stage, server.url, wallet, { method: 'GET', resource })

  const content = makeCsv()
  const files = [{ name: 'table.csv', sizeBytes: content.length }]
  async function uploaded(): Promise<Hex> {
    const uploadId = random32()
    await post(wallets.maker, '/v1/uploads', { uploadId, files })
    await put(wallets.maker, `/v1/uploads/${uploadId}/content`, content)
    return uploadId
  }
  const ackKey = createSessionKey().address
  async function wish() {
    const { publicKey: recipientPublicKey } = await buyersKey()
    return {
      listing,
      kind: 'access',
      direct: true,
      n: `${BigInt(random32()) % 10n ** 18n}`,
      recipientPublicKey,
    }
  }
  async function reviewed(): Promise<{ orderId: OrderId; releasedHash: Hex }> {
    const run = { listing, kind: 'compute' as const, ackKey, algorithm, parameters: { rounds: 1 } }
    const { orderId } = await buyer.orders.place({ quote: await buyer.orders.quote(run), payment: 'permit' })
    return until(async () => (await maker.listings.approvals()).find((pending) => pending.orderId === orderId))
  }

  const requests: [string, () => Promise<Request>][] = [
    [
      'POST /v1/uploads',
      async () => {
        const uploadId = random32()
        const ask = (sizeBytes: number) =>
          post(wallets.maker, '/v1/uploads', { uploadId, files: [{ name: 'a', sizeBytes }] })
        return { ask: () => ask(1), other: { ask: () => ask(2), code: 'UPLOAD_CONFLICT' } }
      },
    ],
    [
      'PUT /v1/uploads/:uploadId/content',
      async () => {
        const uploadId = random32()
        await post(wallets.maker, '/v1/uploads', { uploadId, files })
        const ask = (body: Uint8Array) => put(wallets.maker, `/v1/uploads/${uploadId}/content`, body)
        const other = () => ask(new Uint8Array(content.length))
        return { ask: () => ask(content), busy: 'UPLOAD_IN_PROGRESS', other: { ask: other, code: 'UPLOAD_CONFLICT' } }
      },
    ],
    [
      'POST /v1/uploads/:uploadId/attestation',
      async () => {
        const uploadId = await uploaded()
        const json = {
          market: stage.market,
          salt: random32(),
          services: ['access'],
          metadata: { version: 1, name: 'Table', license: 'CC0-1.0', files },
        }
        return { ask: () => post(wallets.maker, `/v1/uploads/${uploadId}/attestation`, json) }
      },
    ],
    [
      'PUT /v1/algorithms/:sha256',
      async () => {
        const module = constantModel()
        const path = `/v1/algorithms/${sha256(module)}`
        const other = () => put(wallets.buyer, path, module.subarray(1))
        return { ask: () => put(wallets.buyer, path, module), other: { ask: other, code: 'ALGORITHM_MISMATCH' } }
      },
    ],
    [
      'POST /v1/quotes, for data',
      async () => {
        const json = await wish()
        const { direct: _, recipientPublicKey: __, ...rest } = json
        const other = { ...rest, kind: 'compute', ackKey, algorithm, parameters: { rounds: 1 } }
        const ask = (body: object) => post(wallets.buyer, '/v1/quotes', body)
        return { ask: () => ask(json), other: { ask: () => ask(other), code: 'QUOTE_CONFLICT' } }
      },
    ],
    [
      'POST /v1/quotes, for a run',
      async () => {
        const { direct: _, recipientPublicKey: __, ...rest } = await wish()
        const json = { ...rest, kind: 'compute', ackKey, algorithm, parameters: { rounds: 1 } }
        const ask = (body: object) => post(wallets.buyer, '/v1/quotes', body)
        const other = { ...json, parameters: { rounds: 2 } }
        return { ask: () => ask(json), other: { ask: () => ask(other), code: 'QUOTE_CONFLICT' } }
      },
    ],
    [
      'POST /v1/approvals/:orderId',
      async () => {
        const { orderId, releasedHash } = await reviewed()
        const decision = async (approved: boolean) => {
          const domain = {
            chainId: BigInt(stage.localnet.chainId),
            verifyingContract: stage.localnet.deployment.orders,
          }
          const data = approvalTypedData(domain, { orderId, releasedHash, approved })
          const signature = await wallets.maker.signTypedData(data.domain, data.types, data.value)
          return post(wallets.maker, `/v1/approvals/${orderId}`, {
            approved,
            releasedHash,
            signature,
            ...(approved ? {} : { because: 'other' }),
          })
        }
        return { ask: () => decision(true), other: { ask: () => decision(false), code: 'APPROVAL_CONFLICT' } }
      },
    ],
    [
      'GET /v1/orders/:orderId/message',
      async () => {
        const orderId = await buyDirect(buyer, listing)
        await buyer.orders.wait({ orderId, pollMs: 50, timeoutMs: PATIENCE_MS })
        return { ask: () => get(wallets.buyer, `/v1/orders/${orderId}/message`) }
      },
    ],
  ]

  it.each(requests)(
    `%s, ${TIMES} times at once and once more`,
    async (_name, prepare) => {
      const { ask, other, busy } = await prepare()
      const answers = await Promise.all(Array.from({ length: TIMES }, ask))
      const again = await ask()
      expect(again.status).toBe(200)
      const told = answers.filter(({ code }) => code === undefined || code !== busy)
      expect(told.length).toBeGreaterThan(0)
      for (const answer of told) expect([answer.status, bodyOf(answer)]).toEqual([200, bodyOf(again)])
      if (other !== undefined) expect(await other.ask()).toMatchObject({ code: other.code })
      expect(bodyOf(await ask())).toEqual(bodyOf(again))
    },
    90_000,
  )

  it('and a purchase or a publication that is repeated is made once', async () => {
    const quote = await buyer.orders.quote({
      listing,
      kind: 'access',
      direct: true,
      recipientPublicKey: (await buyersKey()).publicKey,
    })
    const orderId = orderIdOf(listing, quote.deal.buyer, quote.deal.n)
    const places = await Promise.allSettled(
      Array.from({ length: 3 }, () => buyer.orders.place({ quote, payment: 'permit' })),
    )
    expect(places.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await expect(buyer.orders.place({ quote, payment: 'permit' })).rejects.toMatchObject({ code: /^ORDERS_/ })
    expect(await endings(buyer, orderId)).toEqual(['placed'])

    const [uploadId, salt] = [random32(), random32()]
    const first = await publish(maker, stage.market, { content, more: { uploadId, salt } })
    const balance = () => maker.vault.balance({ token: stage.localnet.token })
    const before = await balance()
    const again = await publish(maker, stage.market, { content, more: { uploadId, salt } })
    expect(again).toMatchObject({ listing: first.listing, activeFrom: first.activeFrom, receipt: null })
    expect(again.listing).toBe(listingIdOf(stage.market, wallets.maker.address as Hex, salt))
    expect(await balance()).toEqual(before)
    const other = publish(maker, stage.market, { more: { uploadId: random32(), salt } })
    await expect(other).rejects.toMatchObject({ code: 'LISTINGS_EXISTS' })
  }, 240_000)

  it('which leaves one row of each in the database', async () => {
    await server.close()
    const db = await openDatabaseOf(stage)
    try {
      const quotes = await db.selectFrom('quotes').select('order_id').execute()
      expect(new Set(quotes.map((row) => row.order_id)).size).toBe(quotes.length)
      const charges = await db.selectFrom('ledger').select('order_id').execute()
      expect(charges).toHaveLength(1)
      const placed = await db.selectFrom('orders').selectAll().where('kind', '=', 'access').execute()
      for (const { order_id, state } of placed) {
        expect(await endings(buyer, order_id)).toEqual(state === 'done' ? ['placed', 'settled'] : ['placed'])
      }
    } finally {
      await db.destroy()
    }
  }, 60_000)
})
