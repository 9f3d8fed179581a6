import { generateKey, readAll, readRecipient, sealBytes } from '@gristmill/envelope'
import { ackTypedData, type Receipt, receiptTypedData, ZERO_BYTES32 } from '@gristmill/protocol'
import { hexlify, keccak256, randomBytes, sha256 } from 'ethers'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  BadAnswerError,
  type Client,
  ContentMismatchError,
  createSessionKey,
  ReceiptMismatchError,
  RunFailedError,
} from '../src/index.js'
import { signBySession } from '../src/orders/session-key.js'
import { cellsFor, type SentCells } from './_fair.js'
import { bytes, json } from './_hostile.js'
import { CONTENT, closeListedStage, freshClient, type ListedStage, PRICE, setListedStage } from './_listed.js'
import { attest, errorOf, offer, random32, receiptFor, sign, TEST_CONFIG, walletOf } from './_util.js'

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
  const MODEL = randomBytes(9_000)
  const session = createSessionKey()
  let orderId: `0x${string}`
  let receipt: Receipt
  let cells: SentCells

  /** A run whose key is revealed, or which released nothing; the receipt is what the chain holds. */
  const ended = async (change: Partial<Receipt> = {}) => {
    const run = await attest(stage)
    const terms = { attested: run, listing: '0x' as const, kind: 'compute' as const, price: PRICE }
    const published = await stage.maker.listings.publishAttested({
      ...run,
      prices: { compute: PRICE },
      payment: 'permit',
    })
    cells = await cellsFor(MODEL)
    const quote = await offer(stage, {
      ...terms,
      listing: published.listing,
      deal: {
        ackKey: session.address,
        compensation: (TEST_CONFIG.minBond * BigInt(TEST_CONFIG.compensationBps)) / 10_000n,
      },
      goods: { keyHash: keccak256(cells.key) as `0x${string}` },
    })
    orderId = (await stage.buyer.orders.place({ quote, payment: 'permit' })).orderId
    const { contentRoot, cipherRoot, key: cellKey } = cells
    const released = { releasedHash: sha256(MODEL) as `0x${string}`, releasedBytes: BigInt(MODEL.length) }
    receipt = receiptFor(orderId, quote.goods, { ...released, releasedRoot: contentRoot, ...change })
    if (receipt.verdict !== 'OK') return stage.operator.orders.fulfil({ ...quote, receipt })
    const domain = { chainId: card.chainId, verifyingContract: card.orders }
    const sizeBytes = receipt.releasedBytes
    const ack = signBySession(session, ackTypedData(domain, { orderId, contentRoot, sizeBytes, cipherRoot }))
    return stage.operator.orders.reveal({ ...quote, run: receipt, cipherRoot, key: cellKey, ack })
  }

  const collected = async (told: Receipt = receipt, sent: SentCells = cells, signer = stage.operatorWallet) => {
    const domain = { chainId: card.chainId, verifyingContract: card.orders }
    const receiptSignature = await sign(signer, receiptTypedData(domain, told))
    const metrics = [{ name: 'holdout_accuracy', micros: 910_000 }]
    const order = { orderId, kind: 'compute', state: 'done', receipt: told, receiptSignature, metrics }
    server.answers[`GET /v1/orders/${orderId}`] = json(order)
    server.answers[`GET /v1/orders/${orderId}/leaves`] = bytes(sent.leaves)
    server.answers[`GET /v1/orders/${orderId}/ciphertext`] = bytes(sent.ciphertext)
    return buyer.orders.collectModel({ orderId })
  }

  it('is given with its receipt when it is what the chain holds', async () => {
    await ended()
    const result = await collected()
    expect(Buffer.from(result.model).equals(MODEL)).toBe(true)
    expect(result).toMatchObject({ receipt, metrics: [{ micros: 910_000 }] })
  })

  it('that is another one is refused', async () => {
    await ended()
    const fault = { code: 'DELIVERY_FAULT', fault: 'leaves-wrong' }
    expect(await errorOf(collected(receipt, await cellsFor(randomBytes(9_000))))).toMatchObject(fault)
    const short = await errorOf(collected(receipt, await cellsFor(randomBytes(100))))
    expect(short).toMatchObject({ code: 'DELIVERY_FAULT', fault: 'leaves-size' })
    // The cells are what their root says, and the file is not what the receipt names.
    await ended({ releasedHash: random32() })
    expect(await errorOf(collected())).toMatchObject({ code: 'CONTENT_MISMATCH', field: 'sha256' })
  })

  it('with another receipt than the chain holds is refused', async () => {
    await ended()
    const error = await errorOf(collected({ ...receipt, leakBits: 1n }))
    expect(error).toBeInstanceOf(ReceiptMismatchError)
    expect(error).toMatchObject({ field: 'deliveryHash' })
    expect(await errorOf(collected({ ...receipt, goodsHash: random32() }))).toMatchObject({ field: 'goodsHash' })
  })

  it('with a receipt that the datatrust did not sign is refused', async () => {
    await ended()
    const stranger = walletOf(stage.localnet, 'stranger')
    expect(await errorOf(collected(receipt, cells, stranger))).toMatchObject({ field: 'signature' })
  })

  it('of a failed run does not exist, and the receipt says why', async () => {
    const nothing = { releasedHash: ZERO_BYTES32, releasedRoot: ZERO_BYTES32, releasedBytes: 0n } as const
    await ended({ verdict: 'FUEL', ...nothing })
    const error = await errorOf(collected())
    expect(error).toBeInstanceOf(RunFailedError)
    expect(error).toMatchObject({ verdict: 'FUEL', receipt })
  })
})
