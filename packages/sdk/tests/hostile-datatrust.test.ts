import { ContentHasher, generateKey, randomBlindSecret, readAll, readRecipient, sealBytes } from '@gristmill/envelope'
import {
  authorizationSchema,
  canonicalHash,
  type DatatrustCard,
  type Goods,
  type ListingDocument,
  metadataSchema,
  type Quote,
  type Receipt,
  receiptTypedData,
  requestTypedData,
  ZERO_BYTES32,
} from '@gristmill/protocol'
import { hexlify, randomBytes, sha256, verifyTypedData } from 'ethers'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  BadAnswerError,
  CardMismatchError,
  Client,
  ContentMismatchError,
  DatatrustError,
  DatatrustTimeoutError,
  DatatrustUnreachableError,
  InvalidParameterError,
  ListingMismatchError,
  QuoteMismatchError,
  ReceiptMismatchError,
  RunFailedError,
} from '../src/index.js'
import { bytes, type HostileServer, json, problem, startHostileServer } from './_hostile.js'
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
  sign,
  walletOf,
} from './_util.js'

const PRICE = 5n * ONE
const CONTENT = randomBytes(20_000)
const ALGORITHM = randomBytes(100)
const CARD = 'GET /v1/datatrust'

let stage: Stage
let server: HostileServer
let buyer: Client
let maker: Client
let card: DatatrustCard
let document: ListingDocument
let attested: Awaited<ReturnType<typeof attest>>
let secret: Uint8Array
let listing: `0x${string}`
let key: Awaited<ReturnType<typeof generateKey>>

beforeAll(async () => {
  stage = await setStage()
  server = await startHostileServer()
  key = await generateKey({ name: 'buyer' })
  secret = randomBlindSecret()
  const hasher = await ContentHasher.create({ blindSecret: secret })
  await hasher.update(CONTENT)
  const { contentRoot, sizeBytes } = await hasher.digest()
  const metadata = metadataSchema.parse({
    version: 1,
    name: 'Noise',
    license: 'CC0-1.0',
    files: [{ name: 'noise.bin', sizeBytes }],
  })
  const metadataHash = canonicalHash(metadata)
  attested = await attest(stage, { services: ['access'], contentRoot, sizeBytes, metadataHash })
  const prices = { access: PRICE }
  listing = (await stage.maker.listings.publishAttested({ ...attested, prices, payment: 'permit' })).listing
  const { market, localnet } = stage
  const { actors, deployment } = localnet
  document = {
    listing,
    market,
    maker: actors.maker.address,
    contentRoot,
    sizeBytes,
    policyHash: ZERO_BYTES32,
    metadataHash,
    metadata,
  }
  card = {
    datatrust: stage.datatrust,
    chainId: BigInt(localnet.chainId),
    orders: deployment.orders,
    listings: deployment.listings,
    signer: actors.operator.address,
    publicKey: key.publicKey,
    runtimeDigest: sha256(ALGORITHM) as `0x${string}`,
    maxAssetBytes: 1_000_000,
    maxAlgorithmBytes: 1_000_000,
  }
})
afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  await stage?.localnet.close()
})
beforeEach(async () => {
  server.answers = { [CARD]: json(card) }
  buyer = await clientOf(stage.localnet, 'buyer', server.url)
  maker = await clientOf(stage.localnet, 'maker', server.url)
})

describe('an answer', () => {
  const answered = async (answer: HostileServer['answers'][string]) => {
    server.answers[CARD] = answer
    return errorOf(buyer.datatrusts.card())
  }

  it('that refuses keeps code, status and details', async () => {
    const error = await answered(
      problem(409, 'ASSET_BUSY', { detail: 'Wait.', details: { asset: 1 }, retryable: true }),
    )
    expect(error).toBeInstanceOf(DatatrustError)
    expect(error).toMatchObject({
      code: 'ASSET_BUSY',
      status: 409,
      retryable: true,
      message: 'Wait.',
      details: { asset: 1 },
    })
  })

  it('that is not JSON, or lacks a field, is no answer', async () => {
    expect(await answered((response) => response.end('<html>'))).toBeInstanceOf(BadAnswerError)
    expect(await answered(json({ ...card, signer: undefined }))).toBeInstanceOf(BadAnswerError)
    expect(await answered((response) => response.writeHead(500).end('oops'))).toBeInstanceOf(BadAnswerError)
  })

  it('that never ends is cut off', async () => {
    const endless: HostileServer['answers'][string] = (response) => {
      const more = () => {
        while (response.write(Buffer.alloc(65_536, 0x20)) && !response.destroyed);
      }
      response.on('drain', more)
      more()
    }
    expect(await answered(endless)).toBeInstanceOf(BadAnswerError)
  })

  it('that sends elsewhere is not followed', async () => {
    expect(await answered((response) => response.writeHead(307, { location: '/v1/other' }).end())).toBeInstanceOf(
      DatatrustUnreachableError,
    )
  })

  it('that breaks off is no answer', async () => {
    expect(await answered((response) => response.destroy())).toBeInstanceOf(DatatrustUnreachableError)
  })

  it('that does not come is given up', async () => {
    const runner = walletOf(stage.localnet, 'buyer')
    const { deployment } = stage.localnet
    const impatient = await Client.connect({ runner, deployment, datatrust: server.url, datatrustTimeoutMs: 100 })
    server.answers[CARD] = () => undefined
    await expect(impatient.datatrusts.card()).rejects.toBeInstanceOf(DatatrustTimeoutError)
    server.answers[CARD] = (response) => response.writeHead(200).write('{')
    await expect(impatient.datatrusts.card()).rejects.toBeInstanceOf(DatatrustTimeoutError)
    // A failure is not remembered.
    server.answers[CARD] = json(card)
    await expect(impatient.datatrusts.card()).resolves.toEqual(card)
  })
})

describe('a card', () => {
  it.each([
    ['chainId', 1n],
    ['orders', `0x${'1'.repeat(40)}`],
    ['listings', `0x${'1'.repeat(40)}`],
    ['signer', `0x${'1'.repeat(40)}`],
  ])('with another %s is refused by that name', async (field, value) => {
    server.answers[CARD] = json({ ...card, [field]: value })
    const error = await errorOf(buyer.datatrusts.card())
    expect(error).toBeInstanceOf(CardMismatchError)
    expect(error).toMatchObject({ field })
  })
})

describe('a description', () => {
  const told = (change: Partial<ListingDocument>) => {
    server.answers[`GET /v1/listings/${listing}`] = json({ ...document, ...change })
    server.answers['GET /v1/listings'] = json({ listings: [{ ...document, ...change }] })
  }

  it('that the chain commits to is given', async () => {
    told({})
    expect(await buyer.listings.get({ listing })).toMatchObject({ listing, prices: { access: PRICE }, document })
    expect((await buyer.listings.list()).listings).toHaveLength(1)
  })

  it.each<[string, () => Partial<ListingDocument>]>([
    ['maker', () => ({ maker: stage.localnet.actors.stranger.address })],
    ['market', () => ({ market: random32() })],
    ['metadataHash', () => ({ metadata: { ...document.metadata, license: 'MIT' } })],
    ['policyHash', () => ({ policyHash: random32() })],
    ['termsHash', () => ({ contentRoot: random32() })],
    ['termsHash', () => ({ sizeBytes: 1 })],
  ])('that lies is refused: %s', async (field, change) => {
    told(change())
    for (const promise of [buyer.listings.get({ listing }), buyer.listings.list()]) {
      const error = await errorOf(promise)
      expect(error).toBeInstanceOf(ListingMismatchError)
      expect(error).toMatchObject({ field })
    }
  })
})

describe('a request', () => {
  it('is signed over method, resource and body by the account', async () => {
    await errorOf(buyer.orders.quote({ listing, kind: 'access', recipientPublicKey: key.publicKey, n: 7n }))
    const { request, body } = server.last!
    const [scheme, token = ''] = (request.headers.authorization ?? '').split(' ')
    expect(scheme).toBe('Gristmill')
    const authorization = authorizationSchema.parse(JSON.parse(Buffer.from(token, 'base64url').toString()))
    const { signature, ...rest } = authorization
    expect(rest.account).toBe(stage.localnet.actors.buyer.address)
    const { domain, types, value } = requestTypedData(
      { chainId: card.chainId, verifyingContract: card.orders },
      {
        ...rest,
        datatrust: stage.datatrust,
        method: 'POST',
        resource: '/v1/quotes',
        bodyHash: sha256(body) as `0x${string}`,
      },
    )
    expect(verifyTypedData(domain, types, value, signature)).toBe(rest.account)
    expect(JSON.parse(body.toString())).toMatchObject({ listing, kind: 'access', n: '7' })
  })
})

describe('a quote', () => {
  const quoted = async (change: Partial<Quote>, params: { n: bigint } = { n: 7n }) => {
    const { recipientKey } = await readRecipient(key.publicKey)
    const honest = await offer(stage, {
      attested,
      listing,
      kind: 'access',
      price: PRICE,
      ...params,
      goods: { recipientKey },
    })
    server.answers['POST /v1/quotes'] = json({ ...honest, ...change })
    return buyer.orders.quote({ listing, kind: 'access', recipientPublicKey: key.publicKey, n: 7n })
  }

  it('that is honest is given', async () => {
    expect((await quoted({})).deal).toMatchObject({ price: PRICE, n: 7n })
  })

  it('for another number is refused', async () => {
    expect(await errorOf(quoted({}, { n: 8n }))).toMatchObject({ code: 'QUOTE_MISMATCH', field: 'deal.n' })
  })

  it('that somebody else signed is refused', async () => {
    const error = await errorOf(quoted({ signature: `0x${'11'.repeat(65)}` }))
    expect(error).toBeInstanceOf(QuoteMismatchError)
    expect(error).toMatchObject({ field: 'signature' })
  })

  it('is not asked for what cannot be', async () => {
    const wish = { listing, recipientPublicKey: key.publicKey }
    await expect(buyer.orders.quote({ ...wish, kind: 'compute' })).rejects.toBeInstanceOf(InvalidParameterError)
    const mixed = buyer.orders.quote({ ...wish, kind: 'access', algorithm: random32() })
    await expect(mixed).rejects.toBeInstanceOf(InvalidParameterError)
  })
})

describe('a download', () => {
  let orderId: `0x${string}`
  let recipient: Awaited<ReturnType<typeof readRecipient>>
  const seal = (content: Uint8Array, to = recipient) => sealBytes(content, { recipient: to })

  beforeAll(async () => {
    recipient = await readRecipient(key.publicKey)
    const { recipientKey } = recipient
    const quote = await offer(stage, { attested, listing, kind: 'access', price: PRICE, goods: { recipientKey } })
    orderId = (await stage.buyer.orders.place({ quote, payment: 'permit' })).orderId
  })

  const collected = async (
    content: Uint8Array,
    opening: unknown = { contentRoot: document.contentRoot, secret: hexlify(secret) },
  ) => {
    server.answers[`GET /v1/orders/${orderId}/message`] = bytes(content)
    server.answers[`GET /v1/orders/${orderId}/opening`] = bytes(await seal(Buffer.from(JSON.stringify(opening))))
    const download = await buyer.orders.download({ orderId, privateKey: key.privateKey })
    const received = await readAll(download.content)
    return { received, ...(await download.verified) }
  }

  it('is given with its hashes when it is what was bought', async () => {
    const { received, sha256: hash, contentRoot } = await collected(await seal(CONTENT))
    expect(Buffer.from(received).equals(CONTENT)).toBe(true)
    expect(hash).toBe(sha256(CONTENT))
    expect(contentRoot).toBe(document.contentRoot)
  })

  it('of other bytes fails at its end, for the reader and for `verified`', async () => {
    const other = Uint8Array.from(CONTENT)
    other[19_999]! ^= 1
    expect(await errorOf(collected(await seal(other)))).toMatchObject({
      code: 'CONTENT_MISMATCH',
      field: 'contentRoot',
    })
    const download = await buyer.orders.download({ orderId, privateKey: key.privateKey })
    await expect(readAll(download.content)).rejects.toBeInstanceOf(ContentMismatchError)
    await expect(download.verified).rejects.toBeInstanceOf(ContentMismatchError)
  })

  it('of fewer or more bytes fails', async () => {
    const short = await errorOf(collected(await seal(CONTENT.subarray(0, 19_999))))
    expect(short).toMatchObject({ code: 'CONTENT_MISMATCH', field: 'sizeBytes' })
    const long = await errorOf(collected(await seal(Buffer.concat([CONTENT, Buffer.alloc(1)]))))
    expect(long).toMatchObject({ code: 'MESSAGE_TOO_LARGE' })
  })

  it('that breaks off fails', async () => {
    const message = await seal(CONTENT)
    expect(await errorOf(collected(message.subarray(0, -20)))).toMatchObject({ code: 'TRUNCATED_MESSAGE' })
  })

  it('for another key fails', async () => {
    const other = await readRecipient((await generateKey({ name: 'other' })).publicKey)
    expect(await errorOf(collected(await seal(CONTENT, other)))).toMatchObject({ code: 'WRONG_KEY' })
  })

  it('with the opening of something else fails', async () => {
    const opening = { contentRoot: random32(), secret: hexlify(secret) }
    await expect(collected(await seal(CONTENT), opening)).rejects.toBeInstanceOf(ContentMismatchError)
    await expect(collected(await seal(CONTENT), {})).rejects.toBeInstanceOf(BadAnswerError)
  })
})

describe('a model', () => {
  const MODEL = randomBytes(176)
  let orderId: `0x${string}`
  let goods: Goods
  let receipt: Receipt

  /** A fulfilled run; the receipt is what the chain holds. */
  const fulfilled = async (change: Partial<Receipt> = {}) => {
    const run = await attest(stage)
    const terms = { attested: run, listing: '0x' as const, kind: 'compute' as const, price: PRICE }
    const published = await stage.maker.listings.publishAttested({
      ...run,
      prices: { compute: PRICE },
      payment: 'permit',
    })
    const quote = await offer(stage, { ...terms, listing: published.listing })
    orderId = (await stage.buyer.orders.place({ quote, payment: 'permit' })).orderId
    goods = quote.goods
    const releasedHash = sha256(MODEL) as `0x${string}`
    receipt = receiptFor(orderId, goods, { releasedHash, releasedBytes: BigInt(MODEL.length), ...change })
    await stage.operator.orders.fulfil({ ...quote, receipt })
  }

  const collected = async (told: Receipt = receipt, model: Uint8Array = MODEL, signer = stage.operatorWallet) => {
    const domain = { chainId: card.chainId, verifyingContract: card.orders }
    const receiptSignature = await sign(signer, receiptTypedData(domain, told))
    const metrics = [{ name: 'holdout_accuracy', micros: 910_000 }]
    const order = { orderId, kind: 'compute', state: 'done', receipt: told, receiptSignature, metrics }
    server.answers[`GET /v1/orders/${orderId}`] = json(order)
    const recipient = await readRecipient(key.publicKey)
    server.answers[`GET /v1/orders/${orderId}/message`] = bytes(await sealBytes(model, { recipient }))
    return buyer.orders.collectModel({ orderId, privateKey: key.privateKey })
  }

  it('is given with its receipt when it is what the chain holds', async () => {
    await fulfilled()
    const result = await collected()
    expect(Buffer.from(result.model).equals(MODEL)).toBe(true)
    expect(result).toMatchObject({ receipt, metrics: [{ micros: 910_000 }] })
  })

  it('that is another one is refused', async () => {
    await fulfilled()
    const error = await errorOf(collected(receipt, randomBytes(176)))
    expect(error).toMatchObject({ code: 'CONTENT_MISMATCH', field: 'sha256' })
    expect(await errorOf(collected(receipt, randomBytes(100)))).toMatchObject({ field: 'sizeBytes' })
  })

  it('with another receipt than the chain holds is refused', async () => {
    await fulfilled()
    const error = await errorOf(collected({ ...receipt, leakBits: 1n }))
    expect(error).toBeInstanceOf(ReceiptMismatchError)
    expect(error).toMatchObject({ field: 'deliveryHash' })
    expect(await errorOf(collected({ ...receipt, algorithm: random32() }))).toMatchObject({ field: 'algorithm' })
  })

  it('with a receipt that the datatrust did not sign is refused', async () => {
    await fulfilled()
    const stranger = walletOf(stage.localnet, 'stranger')
    expect(await errorOf(collected(receipt, MODEL, stranger))).toMatchObject({ field: 'signature' })
  })

  it('of a failed run does not exist, and the receipt says why', async () => {
    await fulfilled({ verdict: 'FUEL', releasedHash: ZERO_BYTES32, releasedBytes: 0n })
    const error = await errorOf(collected())
    expect(error).toBeInstanceOf(RunFailedError)
    expect(error).toMatchObject({ verdict: 'FUEL', receipt })
  })
})

describe('an upload', () => {
  const files = [{ name: 'noise.bin', sizeBytes: CONTENT.length }]
  const uploadId = hexlify(randomBytes(32)) as `0x${string}`
  const content = `PUT /v1/uploads/${uploadId}/content`
  const upload = { uploadId, files, sizeBytes: CONTENT.length }
  const stored = (hash = sha256(CONTENT)) =>
    json({ ...upload, state: 'stored', content: { contentRoot: document.contentRoot, sha256: hash } })

  async function* chunks(source: Uint8Array, chunkBytes = 1_000) {
    for (let offset = 0; offset < source.length; offset += chunkBytes)
      yield source.subarray(offset, offset + chunkBytes)
  }

  beforeEach(() => {
    server.answers['POST /v1/uploads'] = json({ ...upload, state: 'announced' })
    server.answers[content] = stored()
  })

  it('streams what it is given and says what it was', async () => {
    const progress: number[] = []
    const onProgress = (sentBytes: number) => progress.push(sentBytes)
    const sent = await maker.listings.upload({ uploadId, files, content: chunks(CONTENT), onProgress })
    expect(sent).toMatchObject({ sha256: sha256(CONTENT), sizeBytes: CONTENT.length })
    expect(server.last?.body.equals(CONTENT)).toBe(true)
    expect(progress).toHaveLength(20)
    expect(await maker.listings.upload({ uploadId, files, content: CONTENT })).toEqual(sent)
  })

  it('that was stored before is not sent again, but compared', async () => {
    server.answers['POST /v1/uploads'] = stored()
    expect(await maker.listings.upload({ uploadId, files, content: CONTENT })).toMatchObject({ uploadId })
    expect(server.last?.request.method).toBe('POST')
    const other = randomBytes(CONTENT.length)
    await expect(maker.listings.upload({ uploadId, files, content: other })).rejects.toBeInstanceOf(
      ContentMismatchError,
    )
  })

  it('that is stored as something else fails', async () => {
    server.answers[content] = stored(random32())
    const error = await errorOf(maker.listings.upload({ uploadId, files, content: chunks(CONTENT) }))
    expect(error).toMatchObject({ code: 'CONTENT_MISMATCH', field: 'sha256' })
  })

  it.each([
    ['fewer', CONTENT.subarray(1)],
    ['more', Buffer.concat([CONTENT, CONTENT])],
  ])('of %s bytes than announced fails with that reason', async (_how, wrong) => {
    const error = await errorOf(maker.listings.upload({ uploadId, files, content: chunks(wrong) }))
    expect(error).toBeInstanceOf(InvalidParameterError)
    expect(error).toMatchObject({ details: { parameter: 'content' } })
  })

  it('that is refused on the way fails with the refusal', async () => {
    const big = [{ name: 'big.bin', sizeBytes: 64_000_000 }]
    server.early[content] = problem(413, 'ASSET_TOO_LARGE')
    const refused = maker.listings.upload({ uploadId, files: big, content: chunks(Buffer.alloc(64_000_000), 65_536) })
    expect(await errorOf(refused)).toMatchObject({ code: 'ASSET_TOO_LARGE', status: 413 })
    server.early = {}
  })

  it('whose source breaks fails with what the source says', async () => {
    async function* broken() {
      yield CONTENT.subarray(0, 10)
      throw new RangeError('the disk is gone')
    }
    await expect(maker.listings.upload({ uploadId, files, content: broken() })).rejects.toBeInstanceOf(RangeError)
  })
})

describe('an attestation', () => {
  it('of something else than asked for is refused by that name', async () => {
    const { sizeBytes, contentRoot, metadata, market } = document
    const uploadId = random32()
    const ask = (change: Record<string, unknown>) => {
      server.answers[`POST /v1/uploads/${uploadId}/attestation`] = json({ ...attested.attestation, ...change })
      const upload = { uploadId, contentRoot, sizeBytes }
      return maker.listings.attest({ upload, market, salt: attested.salt, services: ['access'], metadata })
    }
    expect(await ask({})).toEqual(attested)
    for (const field of ['contentRoot', 'metadataHash', 'policyHash']) {
      expect(await errorOf(ask({ [field]: random32() }))).toMatchObject({ code: 'ATTESTATION_MISMATCH', field })
    }
    expect(await errorOf(ask({ services: 3 }))).toMatchObject({ field: 'services' })
    expect(await errorOf(ask({ expiry: 1 }))).toMatchObject({ field: 'expiry' })
    expect(await errorOf(ask({ signature: `0x${'22'.repeat(65)}` }))).toMatchObject({ field: 'signature' })
  })
})
