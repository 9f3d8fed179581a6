import { createHash, randomBytes } from 'node:crypto'
import type { RequestListener } from 'node:http'
import type { Hex, Upload } from '@gristmill/protocol'
import type { Client } from '@gristmill/sdk'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openSource } from '../src/fetching/open-source.js'
import type { ConfigParams, Server } from '../src/index.js'
import { ContentServer } from './_content-server.js'
import { type Answer, sendSigned } from './_http.js'
import { buy, clientOf, download, random32, rootOf, type Stage, setStage, startOn, until, walletOf } from './_util.js'

const SIZE = 3_000_000
const CONTENT = randomBytes(SIZE)
const SHA256: Hex = `0x${createHash('sha256').update(CONTENT).digest('hex')}`
const files = [{ name: 'table.csv', sizeBytes: SIZE }]

describe('content that is fetched', () => {
  let stage: Stage
  let server: Server
  let maker: Client
  let source: ContentServer
  let other: ContentServer
  let answer: RequestListener
  const asked: string[] = []

  beforeAll(async () => {
    stage = await setStage()
    source = await ContentServer.start((request, response) => {
      asked.push(JSON.stringify(request.headers))
      answer(request, response)
    })
    other = await ContentServer.start((_request, response) => response.end(CONTENT))
    await restart()
  }, 120_000)
  afterAll(async () => {
    await server?.close()
    for (const each of [source, other]) await each?.[Symbol.asyncDispose]()
    await stage?.close()
  })
  afterEach(() => {
    asked.length = 0
  })

  async function restart(more: Partial<ConfigParams> = {}): Promise<void> {
    await server?.close()
    const limits = { ...stage.params.limits, paceSeconds: 1 }
    const params = { ...stage.params, limits, fetch: { origins: [source.origin] }, ...more }
    server = await startOn({ ...stage, params })
    maker = await clientOf(stage.localnet, 'maker', server.url)
  }
  const whole: RequestListener = (_request, response) => response.end(CONTENT)
  const upload = (url: string, sha256?: Hex, uploadId = random32()) =>
    maker.listings.upload({ files, uploadId, content: { url, ...(sha256 && { sha256 }) } })
  async function ask(uploadId: Hex, url: string): Promise<Answer> {
    const account = walletOf(stage.localnet, 'maker')
    const announcing = { method: 'POST', resource: '/v1/uploads', json: { uploadId, files } } as const
    await sendSigned(stage, server.url, account, announcing)
    return sendSigned(stage, server.url, account, {
      method: 'POST',
      resource: `/v1/uploads/${uploadId}/fetch`,
      json: { url },
    })
  }
  async function look(uploadId: Hex): Promise<Upload> {
    const account = walletOf(stage.localnet, 'maker')
    const { body } = await sendSigned(stage, server.url, account, {
      method: 'GET',
      resource: `/v1/uploads/${uploadId}`,
    })
    return JSON.parse(body.toString()) as Upload
  }

  const expectFetched = async (uploadId: Hex) => {
    const content = await until(async () => (await look(uploadId)).content)
    expect(content).toEqual({ contentRoot: await rootOf(CONTENT, await look(uploadId)) })
  }

  it('is stored, sold and delivered like any other, and tells nobody who asked', async () => {
    answer = whole
    const { listing } = await maker.listings.publish({
      market: stage.market,
      files,
      content: { url: `${source.origin}/table.csv?token=secret`, sha256: SHA256 },
      metadata: { name: 'Fetched', license: 'CC0-1.0' },
      prices: { access: 1_000_000n },
      payment: 'permit',
    })
    expect(asked).toHaveLength(1)
    expect(Object.keys(JSON.parse(asked[0]!)).toSorted()).toEqual(['accept-encoding', 'connection', 'host'])
    const buyer = await clientOf(stage.localnet, 'buyer', server.url)
    const order = await until(() => buy(buyer, listing).catch(() => undefined))
    await buyer.orders.wait({ ...order, pollMs: 20 })
    expect(await download(buyer, order)).toEqual(CONTENT)
  })

  it('is asked for again without a change, and is told as what it turned out to be', async () => {
    answer = whole
    const uploadId = random32()
    const { contentRoot, ...told } = await upload(`${source.origin}/a`, undefined, uploadId)
    expect(told).toEqual({ uploadId, sizeBytes: SIZE })
    expect(contentRoot).toBe(await rootOf(CONTENT, await look(uploadId)))
    expect(await upload(`${source.origin}/b`, SHA256, uploadId)).toMatchObject({ contentRoot, sha256: SHA256 })
    await expect(upload(`${source.origin}/b`, random32(), uploadId)).rejects.toMatchObject({ code: 'UPLOAD_CONFLICT' })
    expect(asked).toHaveLength(1)
  })

  it('goes on after a restart in the middle of it', async () => {
    let isSlow = true
    answer = (_request, response) => {
      if (!isSlow) return response.end(CONTENT)
      response.write(CONTENT.subarray(0, 1_000))
      isSlow = false
    }
    const uploadId = random32()
    expect((await ask(uploadId, `${source.origin}/slow`)).status).toBe(202)
    await until(async () => asked.length === 1)
    await restart()
    await expectFetched(uploadId)
    expect(asked).toHaveLength(2)
  })

  it('is what was asked for last, whatever else was already under way', async () => {
    let goOn: () => void = () => {}
    answer = (request, response) => {
      if (request.url !== '/first') return response.end(CONTENT)
      const first = randomBytes(SIZE)
      response.write(first.subarray(0, SIZE / 2))
      goOn = () => response.end(first.subarray(SIZE / 2))
    }
    const uploadId = random32()
    await ask(uploadId, `${source.origin}/first`)
    await until(async () => ((await look(uploadId)).fetch as { receivedBytes?: number }).receivedBytes ?? 0)
    expect((await ask(uploadId, `${source.origin}/second`)).status).toBe(202)
    goOn()
    await expectFetched(uploadId)
  })

  it('is fetched anew where the connection breaks off', async () => {
    let breaks = 1
    answer = (request, response) => {
      if (breaks-- <= 0) return whole(request, response)
      response.writeHead(200, { 'content-length': SIZE }).write(CONTENT.subarray(0, SIZE / 2))
      setTimeout(() => response.socket?.resetAndDestroy(), 50)
    }
    await expectFetched((await upload(`${source.origin}/broken`, SHA256)).uploadId)
    expect(asked).toHaveLength(2)
  })

  it('is tried again where a server fails for a while', async () => {
    let failures = 2
    answer = (request, response) => {
      if (failures-- > 0) response.writeHead(503).end()
      else whole(request, response)
    }
    await expectFetched((await upload(`${source.origin}/busy`, SHA256)).uploadId)
    expect(asked).toHaveLength(3)
  })

  it.each<[string, RequestListener, string]>([
    ['is something else', (_, response) => response.end(randomBytes(SIZE)), 'FETCH_MISMATCH'],
    ['is not there', (_, response) => response.writeHead(404).end(), 'FETCH_ANSWER'],
    [
      'has another length',
      (_, response) => response.writeHead(200, { 'content-length': 5 }).end('12345'),
      'FETCH_ANSWER',
    ],
    [
      'ends early',
      (_, response) => response.writeHead(200, { 'transfer-encoding': 'chunked' }).end('1'),
      'UPLOAD_TRUNCATED',
    ],
    [
      'goes on for ever',
      (_, response) => {
        response.writeHead(200, { 'transfer-encoding': 'chunked' })
        const timer = setInterval(() => response.write(randomBytes(100_000)), 1)
        response.once('close', () => clearInterval(timer))
      },
      'UPLOAD_OVERSIZED',
    ],
    [
      'is compressed',
      (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('1'),
      'FETCH_ANSWER',
    ],
    [
      'leads elsewhere',
      (_, response) => response.writeHead(302, { location: other.origin }).end(),
      'FETCH_NOT_ALLOWED',
    ],
    [
      'leads to a file',
      (_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
      'FETCH_URL',
    ],
    ['leads in a circle', (_, response) => response.writeHead(301, { location: '/again' }).end(), 'FETCH_ANSWER'],
    ['leads nowhere', (_, response) => response.writeHead(307).end(), 'FETCH_ANSWER'],
  ])('is refused if it %s, and nothing is kept of it', async (_what, listener, code) => {
    answer = listener
    const uploadId = random32()
    await expect(upload(`${source.origin}/x`, SHA256, uploadId)).rejects.toMatchObject({ code })
    expect(await look(uploadId)).toMatchObject({ state: 'announced', fetch: { state: 'failed', code } })
    // Fetched again it is taken.
    answer = whole
    await upload(`${source.origin}/x`, SHA256, uploadId)
    await expectFetched(uploadId)
  })

  it('is not asked for where the operator does not let it be', async () => {
    answer = whole
    for (const [url, code, status] of [
      [other.origin, 'FETCH_NOT_ALLOWED', 403],
      ['https://example.org/', 'FETCH_NOT_ALLOWED', 403],
      ['ftp://example.org/', 'FETCH_URL', 422],
    ] as const) {
      expect(await ask(random32(), url)).toMatchObject({ status, code })
    }
    await restart({ fetch: { isPublic: true } })
    for (const url of ['https://169.254.169.254/', 'https://[::ffff:127.0.0.1]/', 'https://2130706433/']) {
      expect(await ask(random32(), url)).toMatchObject({ status: 422, code: 'FETCH_UNREACHABLE' })
    }
    await restart()
  })

  it.each<[string, RequestListener]>([
    ['says nothing', () => {}],
    ['falls silent', (_, response) => void response.write(CONTENT.subarray(0, 1_000))],
    [
      'drips',
      (_, response) => {
        const timer = setInterval(() => response.write('.'), 100)
        response.once('close', () => clearInterval(timer))
      },
    ],
  ])('is waited for no longer than its pace allows: a server that %s', async (_what, listener) => {
    answer = listener
    const slow = openSource(source.origin, {
      policy: { isPublic: false, origins: [source.origin] },
      sizeBytes: SIZE,
      minBytesPerSecond: 1_024,
      paceSeconds: 1,
      timeoutSeconds: 20,
      signal: new AbortController().signal,
    })
    const reading = (async () => {
      for await (const _ of slow);
    })()
    await expect(reading).rejects.toMatchObject({ code: 'FETCH_TIMEOUT' })
  })

  describe('by a name', () => {
    const addresses: Record<string, string[]> = {
      'inner.test': ['10.0.0.1'],
      'loopback.test': ['127.0.0.1'],
      'mixed.test': ['93.184.216.34', '127.0.0.1'],
      'mapped.test': ['::ffff:127.0.0.1'],
    }
    let lookups = 0
    const lookup = ((host: string, _options: unknown, callback: (...answer: unknown[]) => void) => {
      lookups += 1
      const found = addresses[host]
      if (found === undefined) callback(Object.assign(new Error('not found'), { code: 'ENOTFOUND' }))
      else
        callback(
          null,
          found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
        )
    }) as never
    const paramsOf = () => ({
      policy: { isPublic: true, origins: [] },
      sizeBytes: SIZE,
      minBytesPerSecond: 1,
      paceSeconds: 2,
      timeoutSeconds: 20,
      signal: new AbortController().signal,
      lookup,
    })

    it.each([...Object.keys(addresses), 'nowhere.test'])(
      'that does not lead to the public internet is refused: %s',
      async (host) => {
        const source = openSource(`https://${host}/`, paramsOf())
        await expect(source.next()).rejects.toMatchObject({ code: 'FETCH_UNREACHABLE' })
      },
    )

    it('that changes its address between check and connection finds no connection: it is looked up once', async () => {
      lookups = 0
      // Public, and nobody's.
      addresses['rebinding.test'] = ['192.0.9.1']
      const source = openSource('https://rebinding.test/', paramsOf())
      const code = expect.stringMatching(/^FETCH_(UNREACHABLE|TIMEOUT)$/)
      const failing = expect(source.next()).rejects.toMatchObject({ code })
      addresses['rebinding.test'] = ['127.0.0.1']
      await failing
      expect(lookups).toBe(1)
    })
  })
})
