import { generateKey, readAll, readRecipient, sealBytes } from '@gristmill/envelope'
import {
  ackTypedData,
  costOf,
  type Hex,
  type ListingDocument,
  type Provenance,
  parametersHash,
  policyFor,
  policyHash,
  provenanceHash,
  provenanceOf,
  type Quote,
  type Receipt,
  receiptTypedData,
  ZERO_BYTES32,
} from '@gristmill/protocol'
import { hexlify, id, keccak256, randomBytes, sha256 } from 'ethers'
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
  const PARAMETERS = { rounds: 3 }
  const policy = policyFor({
    table: {
      features: [{ name: 'x', type: 'number', minMicros: 0, maxMicros: 1_000_000 }],
      label: { name: 'label', classes: ['no', 'yes'] },
      ignored: [],
    },
    algorithms: [{ digest: id('algorithm') as Hex, runtime: 'wasm', parameters: { rounds: { min: 1, max: 9 } } }],
  })
  const nothing = { releasedHash: ZERO_BYTES32, releasedRoot: ZERO_BYTES32, releasedBytes: 0n } as const
  const session = createSessionKey()
  let quote: Quote
  let orderId: Hex
  let receipt: Receipt
  let provenance: Provenance
  let runDocument: ListingDocument
  let cells: SentCells

  /** A run that was paid for, and the receipt that an honest datatrust would sign of it. */
  const placed = async (change: Partial<Receipt> = {}) => {
    const { contentRoot, sizeBytes, metadataHash } = document
    const content = { contentRoot, sizeBytes, metadataHash, policyHash: policyHash(policy) }
    const run = await attest(stage, content)
    const published = await stage.maker.listings.publishAttested({
      ...run,
      prices: { compute: PRICE },
      payment: 'permit',
    })
    runDocument = { ...document, ...content, listing: published.listing, policy }
    cells = await cellsFor(MODEL)
    quote = await offer(stage, {
      attested: run,
      kind: 'compute',
      price: PRICE,
      listing: published.listing,
      deal: {
        ackKey: session.address,
        compensation: (TEST_CONFIG.minBond * BigInt(TEST_CONFIG.compensationBps)) / 10_000n,
      },
      goods: { keyHash: keccak256(cells.key) as Hex, parametersHash: parametersHash(PARAMETERS) },
    })
    orderId = (await stage.buyer.orders.place({ quote, payment: 'permit' })).orderId
    const released = { releasedHash: sha256(MODEL) as Hex, releasedBytes: BigInt(MODEL.length) }
    const cost = costOf(policy)
    const told = { ...released, releasedRoot: cells.contentRoot, leakBits: BigInt(cost.bits), ...change }
    const unnamed = receiptFor(orderId, quote.goods, told)
    const { chainId, datatrust } = card
    provenance = provenanceOf({
      receipt: unnamed,
      goods: quote.goods,
      parameters: PARAMETERS,
      content,
      builder: { chainId, datatrusts: stage.localnet.deployment.datatrusts, datatrust },
      ledger: { position: 7, head: random32(), ...cost },
      openingHash: random32(),
    })
    receipt = { ...unnamed, provenanceHash: provenanceHash(provenance) }
  }

  /** A run whose key is revealed, or which released nothing; the receipt is what the chain holds. */
  const ended = async (change: Partial<Receipt> = {}) => {
    await placed(change)
    if (receipt.verdict !== 'OK') return stage.operator.orders.fulfil({ ...quote, receipt })
    const { contentRoot, cipherRoot, key: cellKey } = cells
    const domain = { chainId: card.chainId, verifyingContract: card.orders }
    const sizeBytes = receipt.releasedBytes
    const ack = signBySession(session, ackTypedData(domain, { orderId, contentRoot, sizeBytes, cipherRoot }))
    return stage.operator.orders.reveal({ ...quote, run: receipt, cipherRoot, key: cellKey, ack })
  }

  /** What the datatrust says of the run, signed. */
  const tell = async (told: Receipt, statement: Provenance, signer = stage.operatorWallet) => {
    const domain = { chainId: card.chainId, verifyingContract: card.orders }
    const receiptSignature = await sign(signer, receiptTypedData(domain, told))
    const metrics = [{ name: 'holdout_accuracy', micros: 910_000 }]
    const order = { orderId, kind: 'compute', state: 'done', receipt: told, receiptSignature, metrics }
    server.answers[`GET /v1/orders/${orderId}`] = json({ ...order, provenance: statement })
    server.answers[`GET /v1/listings/${runDocument.listing}`] = json(runDocument)
  }

  const collected = async (told: Receipt = receipt, sent: SentCells = cells, signer = stage.operatorWallet) => {
    await tell(told, provenance, signer)
    server.answers[`GET /v1/orders/${orderId}/leaves`] = bytes(sent.leaves)
    server.answers[`GET /v1/orders/${orderId}/ciphertext`] = bytes(sent.ciphertext)
    return buyer.orders.collectModel({ orderId })
  }

  it('is given with its receipt when it is what the chain holds', async () => {
    await ended()
    const result = await collected()
    expect(Buffer.from(result.model).equals(MODEL)).toBe(true)
    expect(result).toMatchObject({ receipt, provenance, metrics: [{ micros: 910_000 }] })
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
    await ended({ verdict: 'FUEL', ...nothing })
    const error = await errorOf(collected())
    expect(error).toBeInstanceOf(RunFailedError)
    expect(error).toMatchObject({ verdict: 'FUEL', receipt })
  })

  it.each([
    ['revealed with one receipt', {}],
    ['posted with one receipt', { verdict: 'FUEL', ...nothing }],
  ] as const)('that was %s and told with another costs the datatrust its bond', async (_what, change) => {
    await ended(change)
    const domain = { chainId: card.chainId, verifyingContract: card.orders }
    const signed = async (told: Receipt) => {
      const receiptSignature = await sign(stage.operatorWallet, receiptTypedData(domain, told))
      return { receipt: told, receiptSignature }
    }
    const same = buyer.orders.contradict({ orderId, told: await signed({ ...receipt, provenanceHash: random32() }) })
    expect(await errorOf(same)).toMatchObject({ code: 'ORDERS_NO_CONTRADICTION' })
    const told = await signed({ ...receipt, rawOutputHash: random32() })
    const forged = { ...told, receipt: { ...told.receipt, rawOutputHash: random32() } }
    expect(await errorOf(buyer.orders.contradict({ orderId, told: forged }))).toMatchObject({
      code: 'ORDERS_BAD_RECEIPT',
    })
    const result = await buyer.orders.contradict({ orderId, told })
    expect(result).toMatchObject({
      held: receipt,
      refunded: PRICE,
      compensation: quote.deal.compensation,
      burnt: PRICE,
    })
    const events = await buyer.orders.events({ fromBlock: 0, toBlock: 'latest', orderIds: [orderId] })
    expect(events.map(({ type }) => type)).toContain('contradiction-proven')
    // So that what follows finds a bond.
    const { datatrust } = stage
    await stage.operator.datatrusts.bond({ datatrust, amount: result.burnt + result.compensation, payment: 'permit' })
  })

  describe('with a statement', () => {
    const other = 'ab'.repeat(32)
    const definition = 'predicate.buildDefinition'
    const details = 'predicate.runDetails'
    const lies: [path: string, value: unknown, field?: string][] = [
      ['subject.0.digest.sha256', other],
      [`${definition}.externalParameters.orderId`, `0x${other}`],
      [`${definition}.externalParameters.algorithm`, `0x${other}`],
      [
        `${definition}.externalParameters.parameters`,
        { rounds: 4 },
        `${definition}.externalParameters.parameters (hash)`,
      ],
      [`${definition}.externalParameters.parametersHash`, `0x${other}`],
      [`${definition}.resolvedDependencies.0.digest.gristmillContentRoot`, other],
      [`${definition}.resolvedDependencies.1.digest.sha256`, other],
      [`${definition}.resolvedDependencies.2.digest.sha256`, other],
      [`${definition}.resolvedDependencies.3.digest.sha256`, other],
      [`${details}.builder.id`, `eip155:1:0x${'11'.repeat(20)}/1`],
      [`${details}.metadata.invocationId`, `0x${other}`],
      [`${details}.byproducts.0.digest.gristmillSaltedSha256`, other],
      [`${details}.byproducts.1.annotations.bits`, 1],
      [`${details}.byproducts.1.annotations.epsilonMicros`, 1],
    ]
    beforeAll(() => placed())

    it('is told with its receipt before anything of it is on chain', async () => {
      await tell(receipt, provenance)
      const { actors } = stage.localnet
      const told = { receipt, provenance, isOnChain: false, signer: actors.operator.address }
      expect(await buyer.orders.receipt({ orderId })).toMatchObject(told)
    })

    it.each(lies)('whose %s is not what was ordered or stated is refused', async (path, value, field = path) => {
      const lie = withValue(provenance, path, value)
      await tell({ ...receipt, provenanceHash: provenanceHash(lie) }, lie)
      const error = await errorOf(buyer.orders.receipt({ orderId }))
      expect(error).toBeInstanceOf(ReceiptMismatchError)
      expect(error).toMatchObject({ field: `provenance.${field}` })
    })

    it('that the receipt does not name, that is missing, or that says more is refused', async () => {
      const path = `${details}.byproducts.1.digest.gristmillLedgerHead`
      await tell(receipt, withValue(provenance, path, other))
      expect(await errorOf(buyer.orders.receipt({ orderId }))).toMatchObject({ field: 'provenanceHash' })
      await tell(receipt, undefined as never)
      expect(await errorOf(buyer.orders.receipt({ orderId }))).toBeInstanceOf(BadAnswerError)
      await tell(receipt, withValue(provenance, `${details}.metadata.finishedOn`, '2026-01-01T00:00:00Z'))
      expect(await errorOf(buyer.orders.receipt({ orderId }))).toBeInstanceOf(BadAnswerError)
    })

    it('and a receipt that charges something else than the policy says is refused', async () => {
      await tell({ ...receipt, leakBits: receipt.leakBits - 1n }, provenance)
      expect(await errorOf(buyer.orders.receipt({ orderId }))).toMatchObject({ field: 'leakBits' })
    })
  })
})

/** The same JSON with another value at a path. */
function withValue<T>(value: T, path: string, other: unknown): T {
  const copy = structuredClone(value)
  const keys = path.split('.')
  const last = keys.pop() as string
  let place = copy as Record<string, unknown>
  for (const key of keys) place = place[key] as Record<string, unknown>
  place[last] = other
  return copy
}
