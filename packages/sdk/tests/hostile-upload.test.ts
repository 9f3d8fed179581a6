import { hexlify, randomBytes, sha256 } from 'ethers'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Client, ContentMismatchError, InvalidParameterError } from '../src/index.js'
import { json, problem } from './_hostile.js'
import { CONTENT, closeListedStage, freshClient, type ListedStage, setListedStage } from './_listed.js'
import { errorOf, random32 } from './_util.js'

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
