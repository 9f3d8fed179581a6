import { ContentHasher } from '@gristmill/envelope'
import { nodeSha256 } from '@gristmill/envelope/node'
import type { Hex } from '@gristmill/protocol'
import { getBytes, hexlify, randomBytes, sha256 } from 'ethers'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Client, type Content, ContentMismatchError, InvalidParameterError } from '../src/index.js'
import { type Answer, json, problem } from './_hostile.js'
import { CONTENT, closeListedStage, freshClient, type ListedStage, setListedStage } from './_listed.js'
import { errorOf, random32, walletOf } from './_util.js'

let listed: ListedStage
let server: ListedStage['server']
let document: ListedStage['document']
let attested: ListedStage['attested']
let maker: Client

beforeAll(async () => {
  listed = await setListedStage()
  ;({ server, document, attested } = listed)
})
afterAll(() => closeListedStage(listed))
beforeEach(async () => {
  maker = await freshClient(listed, 'maker')
})

/** Gives up after three failures, and waits for none. */
const impatient = () =>
  Client.connect({
    runner: walletOf(listed.stage.localnet, 'maker'),
    deployment: listed.stage.localnet.deployment,
    datatrust: server.url,
    datatrustRetry: { maxFailures: 3, firstDelayMs: 5, maxDelayMs: 20 },
  })

describe('an upload', () => {
  const files = [{ name: 'noise.bin', sizeBytes: CONTENT.length }]
  const uploadId = hexlify(randomBytes(32)) as `0x${string}`
  const content = `PUT /v1/uploads/${uploadId}/content`
  const upload = { uploadId, files, sizeBytes: CONTENT.length }
  const blindSecret = random32()
  let contentRoot: Hex
  const stored = (root = contentRoot) =>
    json({ ...upload, blindSecret, state: 'stored', content: { contentRoot: root } })

  async function* chunks(source: Uint8Array, chunkBytes = 1_000) {
    for (let offset = 0; offset < source.length; offset += chunkBytes)
      yield source.subarray(offset, offset + chunkBytes)
  }

  beforeAll(async () => {
    const hasher = await ContentHasher.create({ blindSecret: getBytes(blindSecret), sha256: nodeSha256 })
    await hasher.update(CONTENT)
    contentRoot = (await hasher.digest()).contentRoot
  })
  beforeEach(() => {
    server.answers['POST /v1/uploads'] = json({ ...upload, blindSecret, state: 'announced' })
    server.answers[content] = stored()
  })

  it('streams what it is given and says what it was', async () => {
    const progress: number[] = []
    const onProgress = (sentBytes: number) => progress.push(sentBytes)
    const sent = await maker.listings.upload({ uploadId, files, content: chunks(CONTENT), onProgress })
    expect(sent).toMatchObject({ contentRoot, sha256: sha256(CONTENT), sizeBytes: CONTENT.length })
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
    expect(error).toMatchObject({ code: 'CONTENT_MISMATCH', field: 'contentRoot' })
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

  describe('whose connection breaks', () => {
    /** Breaks the first connections with the content, then takes it. */
    const breakFirst = (times: number) => {
      const seen = { puts: 0 }
      server.answers[content] = (response, body, request) => {
        seen.puts += 1
        if (seen.puts <= times) response.destroy()
        else stored()(response, body, request)
      }
      return seen
    }
    it.each<[string, Content]>([
      ['a function', () => chunks(CONTENT)],
      ['bytes', CONTENT],
      ['a Blob', new Blob([CONTENT as Uint8Array<ArrayBuffer>])],
    ])('is sent again from %s', async (_what, source) => {
      const seen = breakFirst(2)
      const client = await impatient()
      const sent = await client.listings.upload({ uploadId, files, content: source })
      expect(sent).toMatchObject({ uploadId, sha256: sha256(CONTENT) })
      expect(seen.puts).toBe(3)
      expect(server.last?.body.equals(CONTENT)).toBe(true)
    })

    it('is not sent again when it has arrived all the same', async () => {
      const client = await impatient()
      const seen = { puts: 0 }
      server.answers[content] = (response) => {
        seen.puts += 1
        server.answers['POST /v1/uploads'] = stored()
        response.destroy()
      }
      await client.listings.upload({ uploadId, files, content: () => chunks(CONTENT) })
      expect(seen.puts).toBe(1)
    })

    it('is given up after too many failures, and at once when the source cannot be read again', async () => {
      const client = await impatient()
      const seen = breakFirst(Infinity)
      const content = () => chunks(CONTENT)
      expect(await errorOf(client.listings.upload({ uploadId, files, content }))).toMatchObject({
        code: 'DATATRUST_UNREACHABLE',
      })
      expect(seen.puts).toBe(3)
      await errorOf(client.listings.upload({ uploadId, files, content: content() }))
      expect(seen.puts).toBe(4)
    })

    it('is not sent again when the answer is no', async () => {
      const client = await impatient()
      const seen = { puts: 0 }
      server.answers[content] = (response, body, request) => {
        seen.puts += 1
        problem(507, 'STORAGE_FULL', { retryable: true })(response, body, request)
      }
      const refused = client.listings.upload({ uploadId, files, content: () => chunks(CONTENT) })
      expect(await errorOf(refused)).toMatchObject({ code: 'STORAGE_FULL' })
      expect(seen.puts).toBe(1)
    })
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

  it('is asked for again when the connection breaks or a proxy gives up, but not for ever, nor after a no', async () => {
    const { sizeBytes, contentRoot, metadata, market } = document
    const uploadId = random32()
    const path = `POST /v1/uploads/${uploadId}/attestation`
    const client = await impatient()
    const ask = async (...first: Answer[]) => {
      let asked = 0
      server.answers[path] = (...exchange) => (first[asked++] ?? json(attested.attestation))(...exchange)
      const upload = { uploadId, contentRoot, sizeBytes }
      const attest = client.listings.attest({ upload, market, salt: attested.salt, services: ['access'], metadata })
      const outcome = await attest.catch((error: { code: string }) => error.code)
      return { outcome, asked }
    }
    const breaks: Answer = (response) => response.destroy()
    const givesUp: Answer = (response) => response.writeHead(504).end('<html>')
    expect(await ask(breaks, givesUp)).toEqual({ outcome: attested, asked: 3 })
    expect(await ask(breaks, breaks, breaks, breaks)).toEqual({ outcome: 'DATATRUST_UNREACHABLE', asked: 3 })
    expect(await ask(problem(422, 'ATTESTATION_TERMS'))).toEqual({ outcome: 'ATTESTATION_TERMS', asked: 1 })
  })
})
