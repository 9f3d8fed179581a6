import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HOUR, type ListingId, type OrderId, type Quote, ZERO_BYTES32 } from '@gristmill/protocol'
import { type Client, type ContractRevertError, createSessionKey, generateKey, MARKET_PRESETS } from '@gristmill/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Server, start } from '../src/index.js'
import { type Answer, authorization, send, sendSigned } from './_http.js'
import {
  ACCESS_PRICE,
  buyDirect,
  buyersKey,
  clientOf,
  downloadDirect,
  ONE,
  paramsOf,
  publish,
  random32,
  registerDatatrust,
  type Stage,
  setStage,
  startOn,
  until,
  walletOf,
} from './_util.js'

const FULFIL_SECONDS = 600

describe('orders', () => {
  let stage: Stage
  let server: Server
  let maker: Client
  let buyer: Client
  let stranger: Client
  let listing: ListingId
  let content: Uint8Array

  beforeAll(async () => {
    stage = await setStage()
    const terms = { quoteSeconds: 60, fulfilWithinSeconds: FULFIL_SECONDS }
    server = await startOn({ ...stage, params: { ...stage.params, terms } })
    maker = await clientOf(stage.localnet, 'maker', server.url)
    buyer = await clientOf(stage.localnet, 'buyer', server.url)
    stranger = await clientOf(stage.localnet, 'stranger', server.url)
    const published = await publish(maker, stage.market)
    listing = published.listing
    content = published.content
  }, 120_000)
  afterAll(async () => {
    await server?.close()
    await stage?.close()
  })

  const quoteFor = async (client: Client, more: object = {}): Promise<Quote> =>
    client.orders.quote({
      listing,
      kind: 'access',
      direct: true,
      recipientPublicKey: (await buyersKey()).publicKey,
      ...more,
    })
  const fetchMessage = (orderId: OrderId, headers: Record<string, string> = {}): Promise<Answer> =>
    sendSigned(stage, server.url, walletOf(stage.localnet, 'buyer'), {
      method: 'GET',
      resource: `/v1/orders/${orderId}/message`,
      headers,
    })

  const chainNow = async () => (await buyer.provider.getBlock('latest'))!.timestamp

  it('that are paid are ready, settle when they are collected, and can be collected again', async () => {
    const orderId = await buyDirect(buyer, listing)
    await expect(buyer.orders.wait({ orderId, pollMs: 50 })).resolves.toMatchObject({ state: 'ready' })
    expect((await buyer.orders.status({ orderId })).status).toBe('placed')
    expect(await downloadDirect(buyer, orderId)).toEqual(Buffer.from(content))
    expect((await buyer.orders.status({ orderId })).status).toBe('settled')
    await expect(buyer.orders.document({ orderId })).resolves.toMatchObject({ state: 'done' })
    expect(await downloadDirect(buyer, orderId)).toEqual(Buffer.from(content))
    const events = await buyer.orders.events({ fromBlock: 0, toBlock: 'latest', orderIds: [orderId] })
    const settled = events.find(({ type }) => type === 'settled')
    expect(settled).toMatchObject({ toMaker: (ACCESS_PRICE * 7_000n) / 10_000n, toBuyer: 0n })
  })

  it('that were quoted but not paid get nothing', async () => {
    const { deal } = await quoteFor(buyer)
    const { contracts } = buyer
    const orderId = (await contracts.orders.orderIdOf(listing, deal.buyer, deal.n)) as OrderId
    await expect(buyer.orders.document({ orderId })).resolves.toMatchObject({ state: 'quoted' })
    expect(await fetchMessage(orderId)).toMatchObject({ status: 402, code: 'ORDER_NOT_PAID' })
  })

  it('that nobody quoted are unknown', async () => {
    expect(await fetchMessage(random32())).toMatchObject({ status: 404, code: 'ORDER_NOT_FOUND' })
  })

  it('are quoted at once for what was published a moment ago', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'gristmill-slow-'))
    try {
      const { datatrust } = await registerDatatrust(stage.localnet, stage.operator, directory)
      const { chain, ...params } = paramsOf(stage.localnet, datatrust, directory)
      // It would look at the chain by itself in ten minutes.
      await using slow = await start({ ...params, chain: { ...chain, pollIntervalMs: 600_000 } })
      const csv = new TextEncoder().encode('a moment ago')
      const published = await (await clientOf(stage.localnet, 'maker', slow.url)).listings.publish({
        market: stage.market,
        content: csv,
        files: [{ name: 'news.txt', sizeBytes: csv.length }],
        metadata: { name: 'News', license: 'CC0-1.0' },
        prices: { access: ACCESS_PRICE },
        payment: 'permit',
      })
      const wish = { listing: published.listing, recipientPublicKey: (await buyersKey()).publicKey }
      const quote = await (await clientOf(stage.localnet, 'buyer', slow.url)).orders.quote({
        ...wish,
        kind: 'access',
        direct: true,
      })
      expect(quote.deal.price).toBe(ACCESS_PRICE)
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  }, 180_000)

  it('belong to their buyer: a stranger gets neither state nor data, the maker only the state', async () => {
    const orderId = await buyDirect(buyer, listing)
    await buyer.orders.wait({ orderId, pollMs: 50 })
    await expect(stranger.orders.document({ orderId })).rejects.toMatchObject({ code: 'NOT_ORDER_PARTY', status: 403 })
    await expect(downloadDirect(stranger, orderId)).rejects.toMatchObject({ code: 'NOT_ORDER_PARTY' })
    await expect(maker.orders.document({ orderId })).resolves.toMatchObject({ state: 'ready' })
    await expect(downloadDirect(maker, orderId)).rejects.toMatchObject({ code: 'NOT_ORDER_PARTY' })
    expect((await buyer.orders.status({ orderId })).status).toBe('placed')
  })

  it('keep the price they were quoted; one that changed since is refused by the chain and quoted anew', async () => {
    const quote = await quoteFor(buyer)
    await maker.listings.setPrices({ listing, prices: { access: 6n * ONE } })
    await expect(buyer.orders.place({ quote, payment: 'permit' })).rejects.toMatchObject({
      code: 'ORDERS_DEAL_MISMATCH',
    } satisfies Partial<ContractRevertError>)
    expect((await quoteFor(buyer)).deal.price).toBe(6n * ONE)
    await maker.listings.setPrices({ listing, prices: { access: ACCESS_PRICE } })
  })

  it('that match the chain in every field but one are refused by it', async () => {
    const { deal, goods, signature } = await quoteFor(buyer)
    const place = (quote: Quote) => buyer.orders.place({ quote, payment: 'permit' })
    await expect(place({ deal: { ...deal, placeBy: deal.placeBy + 1 }, goods, signature })).rejects.toMatchObject({
      code: 'ORDERS_BAD_QUOTE',
    })
    await expect(place({ deal, goods: { ...goods, termsHash: random32() }, signature })).rejects.toMatchObject({
      code: 'ORDERS_GOODS_MISMATCH',
    })
  })

  it('are not quoted where the chain would refuse every one of them', async () => {
    const { localnet, datatrust, operator } = stage
    const patron = await clientOf(localnet, 'patron')
    const { market } = await patron.markets.create({
      asset: localnet.token,
      p0: ONE,
      k: 10n ** 24n,
      config: { ...MARKET_PRESETS.quick(6), isCurated: true },
      admin: localnet.actors.patron.address,
      seed: 1_000n * ONE,
      payment: 'permit',
    })
    const { markets } = patron.contracts
    const admit = async (isAdmitted: boolean) => {
      await (await markets.setAdmission(market, datatrust, isAdmitted)).wait()
      await localnet.advance(2 * HOUR)
      expect(await markets.isAdmitted(market, datatrust)).toBe(isAdmitted)
    }
    await admit(true)
    const { listing: curated } = await publish(maker, market)
    const { deal, goods, signature } = await quoteFor(buyer, { listing: curated, n: 1n })
    await admit(false)
    await expect(quoteFor(buyer, { listing: curated, n: 2n })).rejects.toMatchObject({ code: 'NOT_ADMITTED' })
    // What it is refused for is what the chain says.
    const placeBy = (await chainNow()) + 60
    await expect(
      buyer.orders.place({ quote: { deal: { ...deal, placeBy }, goods, signature }, payment: 'permit' }),
    ).rejects.toMatchObject({ code: 'MARKETS_NOT_ADMITTED' })

    const registered = await operator.datatrusts.get({ datatrust })
    const { signer, payout, keyFingerprint, url } = registered
    const named = { datatrust, payout, keyFingerprint, url }
    await operator.datatrusts.update({ ...named, signer: localnet.actors.stranger.address })
    await expect(quoteFor(buyer, { n: 3n })).rejects.toMatchObject({ code: 'SIGNER_REPLACED' })
    await operator.datatrusts.update({ ...named, signer })
    expect((await quoteFor(buyer, { n: 3n })).deal.datatrust).toBe(datatrust)
  })

  it('are quoted until their listing ends, and no longer', async () => {
    const { listing: leaving } = await publish(maker, stage.market)
    const { exitAt } = await maker.listings.exit({ listing: leaving })
    await stage.localnet.advance(exitAt - 30 - (await chainNow()))
    expect((await quoteFor(buyer, { listing: leaving })).deal.placeBy).toBe(exitAt - 1)
    await stage.localnet.advance(60)
    await expect(quoteFor(buyer, { listing: leaving })).rejects.toMatchObject({ code: 'LISTING_CLOSED' })
  })

  it('are not quoted twice under one number, nor for keys that cannot receive, nor for what is not sold', async () => {
    const { deal } = await quoteFor(buyer, { n: 4_711n })
    await buyer.orders.place({ quote: await quoteFor(buyer, { n: deal.n }), payment: 'permit' })
    await expect(quoteFor(buyer, { n: deal.n })).rejects.toMatchObject({ code: 'ORDER_EXISTS' })
    const resource = '/v1/quotes'
    const { privateKey, publicKey } = await generateKey({ name: 'careless' })
    const ask = (more: object) =>
      sendSigned(stage, server.url, walletOf(stage.localnet, 'buyer'), {
        method: 'POST',
        resource,
        json: { listing, kind: 'access', direct: true, n: '1', recipientPublicKey: publicKey, ...more },
      })
    expect(await ask({ recipientPublicKey: privateKey })).toMatchObject({ status: 422, code: 'PRIVATE_KEY_GIVEN' })
    expect(await ask({ recipientPublicKey: 'no key' })).toMatchObject({ status: 422, code: 'MALFORMED_KEY' })
    const { address: ackKey } = createSessionKey()
    const run = { kind: 'compute', direct: undefined, recipientPublicKey: undefined, ackKey, algorithm: random32() }
    expect(await ask(run)).toMatchObject({
      status: 422,
      code: 'NOT_OFFERED',
    })
    expect(await ask({ algorithm: random32() })).toMatchObject({ status: 400, code: 'REQUEST_INVALID' })
    expect(await ask({ listing: ZERO_BYTES32 })).toMatchObject({ status: 404, code: 'LISTING_NOT_FOUND' })
  })

  it('can be collected in parts, and HEAD marks nothing', async () => {
    const orderId = await buyDirect(buyer, listing)
    const { messageBytes } = await buyer.orders.wait({ orderId, pollMs: 50 })
    const resource = `/v1/orders/${orderId}/message`
    const wallet = walletOf(stage.localnet, 'buyer')
    const headers = { authorization: await authorization(stage, wallet, { method: 'GET', resource }) }
    expect(await send(server.url + resource, { method: 'HEAD', headers })).toMatchObject({
      status: 200,
      headers: { 'content-length': String(messageBytes) },
    })
    expect((await buyer.orders.status({ orderId })).status).toBe('placed')
    const whole = await fetchMessage(orderId)
    expect(whole).toMatchObject({ status: 200, headers: { 'content-length': String(messageBytes) } })
    const first = await fetchMessage(orderId, { range: 'bytes=0-99' })
    expect(first).toMatchObject({ status: 206, headers: { 'content-range': `bytes 0-99/${messageBytes}` } })
    const rest = await fetchMessage(orderId, { range: 'bytes=100-', 'if-range': String(first.headers.etag) })
    expect(Buffer.concat([first.body, rest.body])).toEqual(whole.body)
    for (const other of ['"other"', `W/${first.headers.etag}`, new Date().toUTCString()]) {
      expect((await fetchMessage(orderId, { range: 'bytes=100-', 'if-range': other })).status).toBe(200)
    }
    const last = await fetchMessage(orderId, { range: 'bytes=-10' })
    expect(last).toMatchObject({ status: 206, body: whole.body.subarray(-10) })
    expect((await fetchMessage(orderId, { range: 'bytes=0-1,5-6' })).status).toBe(200)
    expect(whole.headers).toMatchObject({
      'accept-ranges': 'bytes',
      'cache-control': expect.stringMatching(/^private, no-store/),
    })
  })

  it('are not sent in part where there is no such part, and not at all to who has them', async () => {
    const orderId = await buyDirect(buyer, listing)
    const { messageBytes } = await buyer.orders.wait({ orderId, pollMs: 50 })
    expect(await fetchMessage(orderId, { range: `bytes=${messageBytes}-` })).toMatchObject({
      status: 416,
      code: 'RANGE_NOT_SATISFIABLE',
      headers: { 'content-range': `bytes */${messageBytes}` },
    })
    const { headers } = await fetchMessage(orderId, { range: 'bytes=0-0' })
    const etag = String(headers.etag)
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/)
    for (const list of [etag, `"other", W/${etag}`, '*']) {
      const answer = await fetchMessage(orderId, { 'if-none-match': list, range: 'bytes=5-' })
      expect(answer).toMatchObject({ status: 304, headers: { etag }, body: Buffer.alloc(0) })
    }
    expect((await fetchMessage(orderId, { 'if-none-match': '"other"' })).status).toBe(200)
  })

  it('are marked once, however many collect at once', async () => {
    const orderId = await buyDirect(buyer, listing)
    await buyer.orders.wait({ orderId, pollMs: 50 })
    const answers = await Promise.all([fetchMessage(orderId), fetchMessage(orderId), downloadDirect(buyer, orderId)])
    expect(answers[0].body).toEqual(answers[1].body)
    const settled = await buyer.orders.events({ fromBlock: 0, toBlock: 'latest', orderIds: [orderId] })
    expect(settled.filter(({ type }) => type === 'settled')).toHaveLength(1)
  })

  const gpg = findGpg()
  it.skipIf(gpg === undefined).each([
    ['RSA', 'rsa3072', 'rsa3072'],
    ['ECC', 'ed25519', 'cv25519'],
  ])(
    'go to a GnuPG %s key, and gpg opens them (skipped where gpg is missing)',
    async (_name, primary, sub) => {
      const home = await mkdtemp(join(tmpdir(), 'gristmill-gpg-'))
      const run = (...args: string[]) =>
        execFileSync('gpg', [
          '--homedir',
          home,
          '--batch',
          '--quiet',
          '--pinentry-mode',
          'loopback',
          '--passphrase',
          '',
          ...args,
        ])
      try {
        run('--quick-generate-key', 'Buyer <buyer@example.org>', primary, 'default', 'never')
        const [fingerprint] = /(?<=^fpr:+)[0-9A-F]{40}/m.exec(run('--list-keys', '--with-colons').toString()) ?? []
        run('--quick-add-key', fingerprint!, sub, 'encr', 'never')
        const publicKey = run('--armor', '--export').toString()
        const orderId = await buyDirect(buyer, listing, publicKey)
        await buyer.orders.wait({ orderId, pollMs: 50 })
        const first = await fetchMessage(orderId)
        await writeFile(join(home, 'message.gpg'), first.body)
        run('--output', join(home, 'table.csv'), '--decrypt', join(home, 'message.gpg'))
        expect(await readFile(join(home, 'table.csv'))).toEqual(Buffer.from(content))
        expect((await fetchMessage(orderId)).body).toEqual(first.body)
      } finally {
        execFileSync('gpgconf', ['--homedir', home, '--kill', 'all'])
        await rm(home, { recursive: true, force: true })
      }
    },
    30_000,
  )

  it('that expire are not delivered any more, and the buyer is refunded', async () => {
    const quote = await quoteFor(buyer)
    const { orderId } = await buyer.orders.place({ quote, payment: 'permit' })
    await buyer.orders.wait({ orderId, pollMs: 50 })
    const stale = await quoteFor(buyer)
    await stage.localnet.advance(FULFIL_SECONDS + 120)
    expect(await fetchMessage(orderId)).toMatchObject({ status: 410, code: 'ORDER_CLOSED' })
    expect((await buyer.orders.status({ orderId })).status).toBe('placed')
    await expect(buyer.orders.place({ quote: stale, payment: 'permit' })).rejects.toMatchObject({
      code: 'ORDERS_QUOTE_EXPIRED',
    })
    await stage.localnet.advance(3_601)
    await buyer.orders.refund({ orders: [orderId] })
    await until(async () => (await buyer.orders.document({ orderId })).state === 'closed')
    expect(await fetchMessage(orderId)).toMatchObject({ status: 410, code: 'ORDER_CLOSED' })
  }, 90_000)
})

function findGpg(): string | undefined {
  try {
    return execFileSync('gpg', ['--version']).toString()
  } catch {
    return undefined
  }
}
