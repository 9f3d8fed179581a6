import { generateKey, readAll, readRecipient, sealBytes } from '@gristmill/envelope'
import { type Goods, type Receipt, receiptTypedData, ZERO_BYTES32 } from '@gristmill/protocol'
import { hexlify, randomBytes, sha256 } from 'ethers'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  BadAnswerError,
  type Client,
  ContentMismatchError,
  ReceiptMismatchError,
  RunFailedError,
} from '../src/index.js'
import { bytes, json } from './_hostile.js'
import { CONTENT, closeListedStage, freshClient, type ListedStage, PRICE, setListedStage } from './_listed.js'
import { attest, errorOf, offer, random32, receiptFor, sign, walletOf } from './_util.js'

let listed: ListedStage
let stage: ListedStage['stage']
let server: ListedStage['server']
let card: ListedStage['card']
let document: ListedStage['document']
let attested: ListedStage['attested']
let secret: ListedStage['secret']
let listing: ListedStage['listing']
let key: ListedStage['key']
let buyer: Client

beforeAll(async () => {
  listed = await setListedStage()
  ;({ stage, server, card, document, attested, secret, listing, key } = listed)
})
afterAll(() => closeListedStage(listed))
beforeEach(async () => {
  buyer = await freshClient(listed, 'buyer')
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
    server.answers[`GET /v1/listings/${listing}`] ??= json(document)
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

  it('of content that is described otherwise than it was bought fails', async () => {
    server.answers[`GET /v1/listings/${listing}`] = json({ ...document, contentRoot: random32() })
    expect(await errorOf(collected(await seal(CONTENT)))).toMatchObject({
      code: 'LISTING_MISMATCH',
      field: 'termsHash',
    })
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
    expect(await errorOf(collected({ ...receipt, goodsHash: random32() }))).toMatchObject({ field: 'goodsHash' })
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
