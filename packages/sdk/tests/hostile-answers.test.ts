import { readRecipient } from '@gristmill/envelope'
import { authorizationSchema, type ListingDocument, type Quote, requestTypedData } from '@gristmill/protocol'
import { sha256, verifyTypedData } from 'ethers'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  BadAnswerError,
  CardMismatchError,
  Client,
  DatatrustError,
  DatatrustTimeoutError,
  DatatrustUnreachableError,
  InvalidParameterError,
  ListingMismatchError,
  QuoteMismatchError,
} from '../src/index.js'
import { type HostileServer, json, problem } from './_hostile.js'
import { CARD, closeListedStage, freshClient, type ListedStage, PRICE, setListedStage } from './_listed.js'
import { errorOf, offer, random32, walletOf } from './_util.js'

let listed: ListedStage
let stage: ListedStage['stage']
let server: ListedStage['server']
let card: ListedStage['card']
let document: ListedStage['document']
let attested: ListedStage['attested']
let listing: ListedStage['listing']
let key: ListedStage['key']
let buyer: Client

beforeAll(async () => {
  listed = await setListedStage()
  ;({ stage, server, card, document, attested, listing, key } = listed)
})
afterAll(() => closeListedStage(listed))
beforeEach(async () => {
  buyer = await freshClient(listed, 'buyer')
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
    await errorOf(
      buyer.orders.quote({ listing, kind: 'access', direct: true, recipientPublicKey: key.publicKey, n: 7n }),
    )
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
    return buyer.orders.quote({ listing, kind: 'access', direct: true, recipientPublicKey: key.publicKey, n: 7n })
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
    const mixed = buyer.orders.quote({ ...wish, kind: 'access', direct: true, algorithm: random32() })
    await expect(mixed).rejects.toBeInstanceOf(InvalidParameterError)
  })
})
