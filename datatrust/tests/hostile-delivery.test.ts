import { randomBytes } from 'node:crypto'
import { readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CELL_BYTES, cellsRoot } from '@gristmill/envelope'
import { ackTypedData, type Hex, type ListingId, type OrderId, typedDataDigest } from '@gristmill/protocol'
import { type Client, createSessionKey, type RevealOrderParams, type SessionKey } from '@gristmill/sdk'
import { nodeSha256, partialFile, readEvidence } from '@gristmill/sdk/node'
import { hexlify, SigningKey, Wallet } from 'ethers'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Server } from '../src/index.js'
import { send, sendSigned } from './_http.js'
import { startProxy } from './_proxy.js'
import {
  ACCESS_PRICE,
  buy,
  buyDirect,
  clientOf,
  download,
  publish,
  random32,
  type Stage,
  setStage,
  startOn,
} from './_util.js'
import { delegate, deployWallets, headerOf, nextWallet } from './_wallets.js'

const CELLS = 5
const CONTENT = randomBytes(CELLS * 4_064 - 100)
const FULFIL_SECONDS = 600

describe('a fair delivery', () => {
  let stage: Stage
  let server: Server
  let proxy: Awaited<ReturnType<typeof startProxy>>
  let buyer: Client
  let listing: ListingId
  /** What the datatrust reveals instead of what it should; undefined: honest. */
  let forge: ((params: RevealOrderParams) => Promise<RevealOrderParams>) | undefined

  beforeAll(async () => {
    stage = await setStage()
    const terms = { fulfilWithinSeconds: FULFIL_SECONDS, fulfilMarginSeconds: 0 }
    server = await startOn(
      { ...stage, params: { ...stage.params, terms } },
      {
        chain: (chain) => {
          const reveal = chain.reveal.bind(chain)
          chain.reveal = async (params) => reveal(forge === undefined ? params : await forge(params))
          return chain
        },
      },
    )
    proxy = await startProxy(server.url)
    const maker = await clientOf(stage.localnet, 'maker', server.url)
    buyer = await clientOf(stage.localnet, 'buyer', proxy.url, { datatrustRetry: { maxFailures: 5, firstDelayMs: 10 } })
    ;({ listing } = await publish(maker, stage.market, { content: CONTENT }))
  }, 120_000)
  afterEach(() => {
    proxy.cheat()
    proxy.intercept()
    forge = undefined
  })
  afterAll(async () => {
    await proxy?.close()
    await server?.close()
    await stage?.close()
  })

  const ordered = async () => {
    const order = await buy(buyer, listing)
    await buyer.orders.wait({ ...order, pollMs: 20 })
    return order
  }
  const statusOf = async (orderId: OrderId) => (await buyer.orders.status({ orderId })).status
  const domain = () => ({
    chainId: BigInt(stage.localnet.chainId),
    verifyingContract: stage.localnet.deployment.orders,
  })
  const signAck = async (orderId: OrderId, session: SessionKey, cipherRoot: Hex) => {
    const { document } = await buyer.listings.get({ listing })
    const { contentRoot, sizeBytes } = document
    const ack = { orderId, contentRoot, sizeBytes: BigInt(sizeBytes), cipherRoot }
    return new SigningKey(session.privateKey).sign(typedDataDigest(ackTypedData(domain(), ack))).serialized as Hex
  }
  const ask = (session: SessionKey, resource: string, headers: Record<string, string> = {}) =>
    sendSigned(stage, server.url, new Wallet(session.privateKey), { method: 'GET', resource, headers })
  const acknowledge = (by: SessionKey, orderId: OrderId, json: object) =>
    sendSigned(stage, server.url, new Wallet(by.privateKey), {
      method: 'POST',
      resource: `/v1/orders/${orderId}/ack`,
      json,
    })
  const rootOf = async (bytes: Uint8Array) =>
    hexlify(
      await cellsRoot(
        (async function* () {
          yield bytes
        })(),
        nodeSha256,
      ),
    ) as Hex

  it.each([
    [
      'flips a bit of the ciphertext',
      'ciphertext',
      (bytes: Buffer) => flipped(bytes, 3 * CELL_BYTES + 5),
      'ack-refused',
    ],
    ['sends too few cells', 'ciphertext', (bytes: Buffer) => bytes.subarray(0, -CELL_BYTES), 'ciphertext-size'],
    ['sends too many cells', 'ciphertext', (bytes: Buffer) => Buffer.concat([bytes, bytes]), 'ciphertext-size'],
    ['gives the leaves of something else', 'leaves', (bytes: Buffer) => randomBytes(bytes.length), 'leaves-wrong'],
    ['gives too few leaves', 'leaves', (bytes: Buffer) => bytes.subarray(32), 'leaves-size'],
    ['withholds the leaves', 'leaves', undefined, 'leaves-withheld'],
  ] as const)(
    'of a datatrust that %s is not acknowledged, and an honest one goes on',
    async (_, part, change, fault) => {
      const { orderId, session } = await ordered()
      proxy.cheat(({ request, answer, headers }) => {
        if (!request.url?.endsWith(`/${part}`)) return undefined
        if (change === undefined) return problem()
        const changed = change(answer)
        return { answer: changed, headers: { ...headers, 'content-length': String(changed.length) } }
      })
      const failed = download(buyer, { orderId, session })
      await expect(failed).rejects.toMatchObject({ code: 'DELIVERY_FAULT', fault })
      await expect(failed).rejects.toMatchObject({ details: { refundableAfter: expect.any(Number) } })
      expect(await statusOf(orderId)).toBe('placed')
      proxy.cheat()
      expect(await download(buyer, { orderId, session })).toEqual(CONTENT)
    },
  )

  it('whose bytes change between two ranges is not acknowledged', async () => {
    const { orderId, session } = await ordered()
    const path = join(tmpdir(), `gristmill-${random32()}.partial`)
    const partial = partialFile(path)
    try {
      // The first half breaks off; the second comes from a cheat.
      proxy.intercept(async (request, _body, response) => {
        if (!request.url?.endsWith('/ciphertext') || request.method !== 'GET') return false
        const from = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
        const { body, headers } = await ask(session, request.url)
        const half = from === 0 ? body.subarray(0, 2 * CELL_BYTES) : flipped(body, 4 * CELL_BYTES).subarray(from)
        response.writeHead(from === 0 ? 200 : 206, {
          etag: String(headers.etag),
          'content-length': body.length - from,
          'content-range': `bytes ${from}-${body.length - 1}/${body.length}`,
        })
        response.write(half, () => (from === 0 ? response.destroy() : response.end()))
        return true
      })
      await expect(download(buyer, { orderId, session, partial })).rejects.toMatchObject({ fault: 'ack-refused' })
      await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' })
      proxy.intercept()
      expect(await download(buyer, { orderId, session, partial })).toEqual(CONTENT)
    } finally {
      await partial.discard()
    }
  })

  it('of a datatrust that encrypted something else is proved wrong, and the money is back', async () => {
    const { orderId, session } = await ordered()
    const { vault: before } = await buyer.vault.balance({ token: stage.localnet.token })
    const honest = (await ask(session, `/v1/orders/${orderId}/ciphertext`)).body
    proxy.cheat(({ request, answer }) =>
      request.url?.endsWith('/ciphertext') ? { answer: flipped(answer, 2 * CELL_BYTES + 100) } : undefined,
    )
    proxy.intercept(async (request, body, response) => {
      if (!request.url?.endsWith('/ack')) return false
      const { cipherRoot, signature: ack } = JSON.parse(body.toString()) as { cipherRoot: Hex; signature: Hex }
      forge = async (params) => ({ ...params, cipherRoot, ack })
      const root = await rootOf(honest)
      const answer = await acknowledge(session, orderId, {
        cipherRoot: root,
        signature: await signAck(orderId, session, root),
      })
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body)
      return true
    })
    const partial = partialFile(join(tmpdir(), `gristmill-${random32()}.partial`))
    const error = await download(buyer, { orderId, session, partial }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'WRONG_DELIVERY',
      cell: 2,
      complaint: { refunded: ACCESS_PRICE, compensation: ACCESS_PRICE },
    })
    expect(await statusOf(orderId)).toBe('refunded')
    const { vault } = await buyer.vault.balance({ token: stage.localnet.token })
    expect(vault - before).toBe(2n * ACCESS_PRICE)
    const { details } = error as { details: { evidenceAt: string } }
    expect((await stat(details.evidenceAt)).mode & 0o777).toBe(0o600)
    expect(await readEvidence(details.evidenceAt)).toMatchObject({ orderId, evidence: { cell: 2n } })
    expect(await readFile(details.evidenceAt, 'utf8')).not.toContain(session.privateKey)
    await partial.discard()
    await rm(details.evidenceAt)
  })

  it('is read in any range, the same bytes every time', async () => {
    const { orderId, session } = await ordered()
    const resource = `/v1/orders/${orderId}/ciphertext`
    const { body: whole, headers, status } = await ask(session, resource)
    expect([status, whole.length]).toEqual([200, CELLS * CELL_BYTES])
    expect(headers).toMatchObject({
      'cache-control': expect.stringMatching(/^private, no-store/),
      'accept-ranges': 'bytes',
    })
    const ranges = [
      [0, 0],
      [1, 4_095],
      [4_095, 4_096],
      [4_096, 8_191],
      [5_000, 5_001],
      [0, 20_479],
      [20_479, 99_999],
    ]
    for (const [first, last] of ranges as [number, number][]) {
      const part = await ask(session, resource, { range: `bytes=${first}-${last}`, 'if-range': String(headers.etag) })
      expect(part.status).toBe(206)
      expect(part.body).toEqual(whole.subarray(first, last + 1))
    }
    expect((await ask(session, resource, { range: 'bytes=-10' })).body).toEqual(whole.subarray(-10))
    expect((await ask(session, resource, { range: 'bytes=0-5,3-9' })).body).toEqual(whole)
    expect(await ask(session, resource, { range: 'bytes=20480-' })).toMatchObject({ status: 416 })
    expect((await ask(session, resource, { range: 'bytes=1-2', 'if-range': '"other"' })).status).toBe(200)
    expect(await statusOf(orderId)).toBe('placed')
  })

  it('is acknowledged by its session key alone, over its own bytes, once', async () => {
    const { orderId, session } = await ordered()
    const rubbish = random32()
    const ack = async (by: SessionKey, cipherRoot: Hex) => ({
      cipherRoot,
      signature: await signAck(orderId, by, cipherRoot),
    })
    // Before a byte was streamed.
    expect(await acknowledge(session, orderId, await ack(session, rubbish))).toMatchObject({ code: 'ACK_MISMATCH' })
    const root = await rootOf((await ask(session, `/v1/orders/${orderId}/ciphertext`)).body)
    const stranger = createSessionKey()
    expect(await acknowledge(session, orderId, await ack(stranger, root))).toMatchObject({
      status: 422,
      code: 'ACK_SIGNATURE',
    })
    expect(await acknowledge(stranger, orderId, await ack(session, root))).toMatchObject({ code: 'NOT_ORDER_PARTY' })
    expect(await ask(stranger, `/v1/orders/${orderId}/leaves`)).toMatchObject({ code: 'NOT_ORDER_PARTY' })
    const short = { ...(await ack(session, root)), signature: '0x12' }
    expect(await acknowledge(session, orderId, short)).toMatchObject({ code: 'ACK_SIGNATURE' })
    expect(await statusOf(orderId)).toBe('placed')
    const good = await ack(session, root)
    const said = await Promise.all(Array.from({ length: 5 }, () => acknowledge(session, orderId, good)))
    expect(said.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202])
    const both = await Promise.all([download(buyer, { orderId, session }), download(buyer, { orderId, session })])
    expect(both).toEqual([CONTENT, CONTENT])
    const events = await buyer.orders.events({ fromBlock: 0, toBlock: 'latest', orderIds: [orderId] })
    expect(events.map(({ type }) => type)).toEqual(['placed', 'revealed'])
  })

  it('whose session key is a contract is acknowledged by nobody, and its key stays where it is', async () => {
    // A contract that comes to be after the quote.
    const ackKey = await nextWallet(stage.localnet)
    const quote = await buyer.orders.quote({ listing, kind: 'access', ackKey })
    const { orderId } = await buyer.orders.place({ quote, payment: 'permit' })
    const { agrees } = await deployWallets(stage.localnet)
    expect(agrees).toBe(ackKey)
    await buyer.orders.wait({ orderId, pollMs: 20 })
    const resource = `/v1/orders/${orderId}`
    const asContract = () => ({ authorization: headerOf(agrees) })
    const got = await send(`${server.url}${resource}/ciphertext`, { method: 'GET', headers: asContract() })
    expect(got).toMatchObject({ status: 200 })
    const cipherRoot = await rootOf(got.body)
    // The chain would ask the contract, which agrees with anything.
    const nobody = createSessionKey()
    for (const signature of ['0x', '0x1234', await signAck(orderId, nobody, cipherRoot)]) {
      const body = [new TextEncoder().encode(JSON.stringify({ cipherRoot, signature }))]
      const headers = { ...asContract(), 'content-type': 'application/json' }
      const answer = await send(`${server.url}${resource}/ack`, { method: 'POST', headers, body })
      expect(answer).toMatchObject({ status: 422, code: 'ACK_SIGNATURE' })
    }
    await expect(download(buyer, { orderId, session: nobody })).rejects.toMatchObject({ code: 'SESSION_KEY' })
    expect(await statusOf(orderId)).toBe('placed')
    await expect(buyer.orders.document({ orderId })).resolves.toMatchObject({ state: 'ready' })
  })

  it('is offered to no session key that is a contract, and to one that has delegated to a contract', async () => {
    const { agrees, declines } = await deployWallets(stage.localnet)
    const wish = { listing, kind: 'access' as const }
    await expect(buyer.orders.quote({ ...wish, ackKey: agrees })).rejects.toMatchObject({
      code: 'ACK_KEY_CONTRACT',
      details: { ackKey: agrees },
    })
    const session = createSessionKey()
    await delegate(stage.localnet, new SigningKey(session.privateKey), declines)
    const quote = await buyer.orders.quote({ ...wish, ackKey: session.address })
    const { orderId } = await buyer.orders.place({ quote, payment: 'permit' })
    // The contract would say no; the key's own signature is enough for datatrust and chain.
    expect(await download(buyer, { orderId, session })).toEqual(CONTENT)
  })

  it('has no message, and a direct order no ciphertext', async () => {
    const { orderId, session } = await ordered()
    expect(await ask(session, `/v1/orders/${orderId}/message`)).toMatchObject({ status: 404, code: 'NOT_DIRECT' })
    const direct = await buyDirect(buyer, listing)
    await buyer.orders.wait({ orderId: direct, pollMs: 20 })
    const wallet = new Wallet(stage.localnet.actors.buyer.privateKey)
    const answer = await sendSigned(stage, server.url, wallet, {
      method: 'GET',
      resource: `/v1/orders/${direct}/ciphertext`,
    })
    expect(answer).toMatchObject({ status: 404, code: 'NOT_FAIR' })
  })

  it('that is acknowledged after its time is closed, and its price comes back', async () => {
    const { orderId, session } = await ordered()
    const cipherRoot = await rootOf((await ask(session, `/v1/orders/${orderId}/ciphertext`)).body)
    const late = { cipherRoot, signature: await signAck(orderId, session, cipherRoot) }
    const { deadline } = await buyer.orders.status({ orderId })
    await stage.localnet.advance(deadline + 1 - (await buyer.chainTime()))
    // At once, and when the datatrust has noticed by itself.
    const first = await acknowledge(session, orderId, late)
    await vi.waitFor(async () => {
      expect(await buyer.orders.document({ orderId })).toMatchObject({ state: 'closed' })
    }, 10_000)
    const second = await acknowledge(session, orderId, late)
    for (const answer of [first, second]) expect(answer).toMatchObject({ status: 410, code: 'ORDER_CLOSED' })
    await expect(download(buyer, { orderId, session })).rejects.toMatchObject({ code: 'ORDER_CLOSED' })
    expect(await statusOf(orderId)).toBe('placed')
    await stage.localnet.advance(3_601)
    const { refunded } = await buyer.orders.refund({ orders: [orderId] })
    expect(refunded).toMatchObject([{ orderId, amount: ACCESS_PRICE }])
  })

  it('whose key does not come in time says when the price comes back, and then it does', async () => {
    const { orderId, session } = await ordered()
    forge = () => Promise.reject(new Error('it keeps the key'))
    await expect(download(buyer, { orderId, session, keyTimeoutMs: 300 })).rejects.toMatchObject({
      code: 'ORDER_WAIT_TIMEOUT',
    })
    const { deadline } = await buyer.orders.status({ orderId })
    await stage.localnet.advance(FULFIL_SECONDS + 60)
    const late = download(buyer, { orderId, session })
    await expect(late).rejects.toMatchObject({ code: expect.stringMatching(/^KEY_LATE$|^ORDER_CLOSED$/) })
    await stage.localnet.advance(deadline + 3_601 - (await buyer.chainTime()))
    const { refunded } = await buyer.orders.refund({ orders: [orderId] })
    expect(refunded).toMatchObject([{ amount: ACCESS_PRICE }])
    // Until the datatrust has read of the refund it still means to reveal, and another Ack changes nothing.
    await vi.waitFor(async () => {
      const answer = await acknowledge(session, orderId, { cipherRoot: random32(), signature: '0x' })
      expect(answer).toMatchObject({ code: 'ORDER_CLOSED' })
    }, 10_000)
  })
})

function flipped(bytes: Buffer, at: number): Buffer {
  const other = Buffer.from(bytes)
  other[at]! ^= 1
  return other
}

function problem() {
  const body = { type: 'about:blank', title: 'Gone', status: 404, code: 'LEAVES_GONE' }
  const answer = Buffer.from(JSON.stringify(body))
  const headers = { 'content-type': 'application/problem+json', 'content-length': String(answer.length) }
  return { status: 404, headers, answer }
}
