import { connect, type Socket } from 'node:net'
import { AUTHORIZATION_SCHEME, type Hex } from '@gristmill/protocol'
import { Signature, type Wallet } from 'ethers'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ConfigParams, Server } from '../src/index.js'
import { authorization, send, sendSigned } from './_http.js'
import { random32, type Stage, setStage, startOn, until, walletOf } from './_util.js'
import { deployWallets, headerOf, type WalletName } from './_wallets.js'

const isDeep = process.env.GRISTMILL_DEEP === '1'
const APPROVALS = { method: 'GET', resource: '/v1/approvals' } as const
const SECOND_MS = 1_000

describe('hostile requests', () => {
  let stage: Stage
  let server: Server
  let maker: Wallet
  beforeAll(async () => {
    stage = await setStage()
    maker = walletOf(stage.localnet, 'maker')
    server = await startOn(stage)
  }, 120_000)
  afterAll(async () => {
    await server?.close()
    await stage?.close()
  })

  const get = (resource: string, headers: Record<string, string> = {}) =>
    send(server.url + resource, { method: 'GET', headers })
  const ask = (header: string) => get('/v1/approvals', { authorization: header })
  async function restart(more: Partial<ConfigParams>): Promise<void> {
    await server.close()
    server = await startOn({ ...stage, params: { ...stage.params, ...more } })
  }
  const isAlive = async () => expect(await get('/v1/health/ready')).toMatchObject({ status: 200 })

  describe('signed by contracts', () => {
    let wallets: Record<WalletName, Hex>
    beforeAll(async () => {
      wallets = await deployWallets(stage.localnet)
    })

    it('are taken if the contract says so, once', async () => {
      const header = headerOf(wallets.agrees)
      expect(await ask(header)).toMatchObject({ status: 200 })
      expect(await ask(header)).toMatchObject({ code: 'REQUEST_REPLAYED' })
    })

    it.each(['declines', 'mumbles', 'clips', 'floods', 'shrugs', 'reverts', 'rages', 'loops'] as const)(
      'are refused if the contract %s',
      async (name) => {
        expect(await ask(headerOf(wallets[name]))).toMatchObject({ status: 401, code: 'AUTHORIZATION_INVALID' })
        await isAlive()
      },
    )

    it('are refused where there is no contract, and nobody waits for one that burns gas', async () => {
      expect(await ask(headerOf(`0x${'77'.repeat(20)}`))).toMatchObject({ status: 401 })
      const burning = Array.from({ length: 20 }, () => ask(headerOf(wallets.loops)))
      expect(await ask(await authorization(stage, maker, APPROVALS))).toMatchObject({ status: 200 })
      for (const { code } of await Promise.all(burning)) expect(code).toBe('AUTHORIZATION_INVALID')
    })
  })

  it('with a malleable signature are refused', async () => {
    const header = await authorization(stage, maker, APPROVALS)
    const token = JSON.parse(Buffer.from(header.split(' ')[1]!, 'base64url').toString()) as Record<string, string>
    const { r, s, v } = Signature.from(token.signature!)
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
    const high = (order - BigInt(s)).toString(16).padStart(64, '0')
    const twin = `${r}${high}${v === 27 ? '1c' : '1b'}`
    const changed = Buffer.from(JSON.stringify({ ...token, signature: twin })).toString('base64url')
    expect(await ask(`${AUTHORIZATION_SCHEME} ${changed}`)).toMatchObject({ code: 'AUTHORIZATION_INVALID' })
    expect(await ask(header)).toMatchObject({ status: 200 })
  })

  it('with one nonce, 200 times at once, are answered once', async () => {
    const header = await authorization(stage, maker, APPROVALS)
    const answers = await Promise.all(Array.from({ length: 200 }, () => ask(header)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ code }) => code === 'REQUEST_REPLAYED')).toHaveLength(199)
  })

  it.each<[string, string]>([
    ['nested a hundred thousand deep', '['.repeat(100_000)],
    ['nested and closed', `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`],
    ['__proto__', `{"__proto__":{"uploadId":"${random32()}","files":[]}}`],
    ['a constructor', '{"constructor":{"prototype":{"polluted":true}}}'],
    ['the same key twice', `{"uploadId":"${random32()}","uploadId":"x","files":[]}`],
    ['a huge number', `{"uploadId":"${random32()}","files":[{"name":"a","sizeBytes":1e400}]}`],
    ['a number beyond 2^53', `{"uploadId":"${random32()}","files":[{"name":"a","sizeBytes":9007199254740993}]}`],
    ['a negative size', `{"uploadId":"${random32()}","files":[{"name":"a","sizeBytes":-1}]}`],
    ['a lone surrogate', `{"uploadId":"${random32()}","files":[{"name":"\\ud800","sizeBytes":1}]}`],
    ['NUL', `{"uploadId":"${random32()}","files":[{"name":"a\\u0000b","sizeBytes":1}]}`],
    ['a name turned round', `{"uploadId":"${random32()}","files":[{"name":"a\\u0085","sizeBytes":1}]}`],
    ['not JSON', '{"uploadId"'],
    ['nothing', ''],
    ['null', 'null'],
  ])('with JSON made to hurt are refused: %s', async (_what, text) => {
    const body = new TextEncoder().encode(text)
    const resource = '/v1/uploads'
    const headers = {
      authorization: await authorization(stage, maker, { method: 'POST', resource, body }),
      'content-type': 'application/json',
    }
    const answer = await send(server.url + resource, { method: 'POST', headers, body: [body] })
    expect(answer).toMatchObject({ status: 400, code: 'REQUEST_INVALID' })
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  it('with bytes that are not UTF-8, or NUL where text is stored, are refused', async () => {
    const resource = '/v1/uploads'
    const body = new Uint8Array([0x22, 0xff, 0xfe, 0x22])
    const headers = {
      authorization: await authorization(stage, maker, { method: 'POST', resource, body }),
      'content-type': 'application/json',
    }
    expect(await send(server.url + resource, { method: 'POST', headers, body: [body] })).toMatchObject({ status: 400 })
    expect(await get('/v1/listings?words=%00')).toMatchObject({ status: 400 })
    expect(await get('/v1/listings?words=%ED%A0%80')).toMatchObject({ status: 200 })
    expect(await get('/v1/listings?words=a&words=b')).toMatchObject({ status: 400 })
    expect(await get('/v1/listings?__proto__=1')).toMatchObject({ status: 400 })
  })

  it.each<[string, string]>([
    ['headers of more than 16 KiB', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`],
    ['more than 100 headers', `GET / HTTP/1.1\r\nHost: a\r\n${'X: 1\r\n'.repeat(101)}Connection: close\r\n\r\n`],
    ['another protocol', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['two lengths', 'POST /v1/uploads HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na'],
    [
      'length and chunks',
      'PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['NUL in a header', 'GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n'],
  ])('of raw bytes get a problem document: %s', async (_what, text) => {
    const answer = await sendRaw(server.url, text)
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(answer).toContain('application/problem+json')
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject({ code: 'REQUEST_INVALID' })
  })

  it(
    'of any shape are answered or refused by what the document says, and the server lives',
    async () => {
      const segment = fc.oneof(
        fc.constantFrom(
          'v1',
          'orders',
          'uploads',
          'quotes',
          'listings',
          'approvals',
          'algorithms',
          'content',
          'message',
        ),
        fc.constantFrom('opening', 'attestation', 'health', 'ready', 'datatrust', '..', '%00', '%2e%2e', '%ff', ''),
        fc.constant(random32()),
        fc.string({ maxLength: 8 }).map(encodeURIComponentSafe),
      )
      const path = fc.oneof(
        fc.array(segment, { maxLength: 5 }).map((segments) => `/${segments.join('/')}`),
        fc.constantFrom('/v1/quotes', '/v1/uploads', `/v1/uploads/${random32()}/content`, '/v1/listings'),
        fc.constantFrom(`/v1/listings/${random32()}/budget`, '/v1/listings/0x/budget'),
        fc.constantFrom(`/v1/uploads/${random32()}/attestation`, `/v1/approvals/${random32()}`, '/v1/approvals'),
        fc.constantFrom(`/v1/orders/${random32()}`, `/v1/orders/${random32()}/message`, `/v1/algorithms/${random32()}`),
      )
      const query = fc.dictionary(fc.constantFrom('words', 'sort', 'limit', 'after', 'maxPrice', 'x'), fc.string(), {
        maxKeys: 3,
      })
      const body = fc.option(
        fc.oneof(
          fc.json(),
          fc
            .record(
              {
                listing: fc.constantFrom(random32(), '0x', ''),
                uploadId: fc.constant(random32()),
                kind: fc.constantFrom('access', 'compute', 'both'),
                n: fc.constantFrom('0', '-1', '1e3', `${2n ** 256n}`),
                recipientPublicKey: fc.string(),
                files: fc.array(fc.record({ name: fc.string(), sizeBytes: fc.oneof(fc.integer(), fc.double()) })),
                parameters: fc.dictionary(fc.string(), fc.anything()),
              },
              { requiredKeys: [] },
            )
            .map((value) => JSON.stringify(value)),
        ),
        { nil: undefined },
      )
      const method = fc.constantFrom('GET', 'POST', 'PUT', 'HEAD', 'DELETE', 'PATCH', 'OPTIONS')
      const isSigned = fc.boolean()
      const range = fc.option(fc.stringMatching(/^(bytes=)?[0-9,-]{0,12}$/), { nil: undefined })
      await fc.assert(
        fc.asyncProperty(fc.record({ path, query, body, method, isSigned, range }), async (request) => {
          const search = new URLSearchParams(request.query).toString()
          const { pathname } = new URL(request.path.replace(/^\/+/, '/'), server.url)
          const resource = pathname + (search === '' ? '' : `?${search}`)
          const bytes = request.body === undefined ? undefined : new TextEncoder().encode(request.body)
          const params = { method: request.method as 'GET', resource, ...(bytes === undefined ? {} : { body: bytes }) }
          const headers = {
            ...(request.isSigned ? { authorization: await authorization(stage, maker, params) } : {}),
            ...(bytes === undefined
              ? {}
              : { 'content-type': 'application/json', 'content-length': String(bytes.length) }),
            ...(request.range === undefined ? {} : { range: request.range }),
          }
          const answer = await send(server.url + resource, { method: request.method, headers, body: bytes && [bytes] })
          expect(answer.status).toBeLessThan(500)
          if (answer.status >= 400 && request.method !== 'HEAD') {
            expect(answer.code).toBeDefined()
            expect(answer.body.toString()).not.toMatch(/node_modules|\.ts:|\.js:|at async /)
          }
        }),
        { numRuns: isDeep ? 20_000 : 300 },
      )
      await isAlive()
    },
    isDeep ? 3_600_000 : 60_000,
  )

  it.each(['//', '/V1/listings', '/v1/listings/', '/v1/docs/', '/v1//listings'])(
    'for %s, which only looks like a path of the document, find nothing',
    async (path) => {
      expect(await get(path)).toMatchObject({ status: 404, code: 'ROUTE_NOT_FOUND' })
    },
  )

  it('with text that a database cannot hold are refused, not failed on', async () => {
    const wish = { listing: random32(), kind: 'access', n: '1', recipientPublicKey: 'a\0b' }
    const answer = await sendSigned(stage, server.url, maker, { method: 'POST', resource: '/v1/quotes', json: wish })
    expect(answer.status).toBe(404)
  })

  describe('too many', () => {
    it('of one account are put off, whoever signs what for it, and others are not', async () => {
      await restart({ limits: { requestsPerMinute: 100_000, accountRequestsPerMinute: 3 } })
      // What is signed by somebody else is not the account's.
      const forged = await authorization(stage, walletOf(stage.localnet, 'stranger'), {
        ...APPROVALS,
        overrides: { account: maker.address as Hex },
      })
      for (let index = 0; index < 5; index += 1) expect((await ask(forged)).status).toBe(401)
      const statuses: number[] = []
      for (let index = 0; index < 4; index += 1) {
        const answer = await ask(await authorization(stage, maker, APPROVALS))
        statuses.push(answer.status)
        if (answer.status === 429) {
          expect(answer.code).toBe('TOO_MANY_REQUESTS')
          expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
          expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(60)
        }
      }
      expect(statuses).toEqual([200, 200, 200, 429])
      const other = await authorization(stage, walletOf(stage.localnet, 'buyer'), APPROVALS)
      expect(await ask(other)).toMatchObject({ status: 200 })
    })

    it('of one address are put off; behind a proxy that is who it says, and a caller cannot say more', async () => {
      const limits = { requestsPerMinute: 2 }
      const from = (forwarded: string) => get('/v1/datatrust', { 'x-forwarded-for': forwarded })
      await restart({ limits })
      const direct = [await from('10.0.0.1'), await from('10.0.0.2'), await from('10.0.0.3')]
      expect(direct.map(({ status }) => status)).toEqual([200, 200, 429])
      await restart({ limits, http: { proxyHops: 1 } })
      const proxied = [await from('10.0.0.1'), await from('10.0.0.2'), await from('10.0.0.3'), await from('10.0.0.1')]
      expect(proxied.map(({ status }) => status)).toEqual([200, 200, 200, 200])
      // Only what the proxy itself appended counts.
      const claimed = [await from('1.1.1.1, 10.0.0.1'), await from('2.2.2.2, 10.0.0.1')]
      expect(claimed.map(({ status }) => status)).toEqual([429, 429])
    })
  })

  it('that come or are taken too slowly, a thousand of them, hold up nobody and are cut off', async () => {
    await restart({ limits: { ...stage.params.limits, paceSeconds: 1, maxAddressConnections: 400 } })
    const body =
      'POST /v1/uploads HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n{'
    const signed = await authorization(stage, maker, { method: 'POST', resource: '/v1/uploads' })
    const slowBody = body.replace('Host: a', `Host: a\r\nAuthorization: ${signed}`)
    const slowHead = 'GET /v1/listings HTTP/1.1\r\nHost: a\r\nX-Slow: '
    const neverRead = 'GET /v1/docs HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(200)
    const sockets = [
      ...Array.from({ length: 330 }, () => open(server.url, '127.0.0.2', slowBody)),
      ...Array.from({ length: 330 }, () => open(server.url, '127.0.0.3', slowBody)),
      ...Array.from({ length: 20 }, () => open(server.url, '127.0.0.4', neverRead)),
      ...Array.from({ length: 330 }, () => open(server.url, '127.0.0.5', slowHead)),
    ]
    try {
      const steady = sendSteadily()
      await until(async () => sockets.every((socket) => socket.bytesWritten > 0 || socket.destroyed))
      await isAlive()
      expect(await ask(await authorization(stage, maker, APPROVALS))).toMatchObject({ status: 200 })
      await until(async () => sockets.slice(0, 660).every(({ closed }) => closed), 20 * SECOND_MS)
      // Who does not read learns that it was cut off from a write that is refused.
      await until(async () => {
        const neverReading = sockets.slice(660, 680)
        for (const socket of neverReading) if (!socket.destroyed) socket.write('X')
        return neverReading.every(({ closed }) => closed)
      }, 20 * SECOND_MS)
      // Slow, but above the floor: it is answered.
      expect((await steady).status).toBe(200)
      await until(async () => sockets.every(({ closed }) => closed), 30 * SECOND_MS)
      await isAlive()
    } finally {
      for (const socket of sockets) socket.destroy()
    }
  }, 60_000)

  async function sendSteadily() {
    const body = new TextEncoder().encode(
      JSON.stringify({
        uploadId: random32(),
        files: Array.from({ length: 200 }, (_, n) => ({ name: `${n}`, sizeBytes: 1 })),
      }),
    )
    const resource = '/v1/uploads'
    const header = await authorization(stage, maker, { method: 'POST', resource, body })
    const socket = open(server.url, '127.0.0.7', '')
    const answered = read(socket)
    socket.write(
      `POST ${resource} HTTP/1.1\r\nHost: a\r\nAuthorization: ${header}\r\nContent-Type: application/json\r\n` +
        `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n`,
    )
    const part = Math.ceil(body.length / 12)
    for (let start = 0; start < body.length; start += part) {
      socket.write(body.subarray(start, start + part))
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
    return { status: Number((await answered).split(' ')[1]) }
  }
})

function encodeURIComponentSafe(text: string): string {
  return encodeURIComponent(text.toWellFormed())
}

/** A connection that reads nothing; from an address of its own. */
function open(url: string, localAddress: string, text: string): Socket {
  const { port } = new URL(url)
  const socket = connect({ port: Number(port), host: '127.0.0.1', localAddress })
  socket.on('error', () => {})
  // Closed is what the other side did: without reading that would not be seen.
  if (!text.startsWith('GET /v1/docs')) socket.resume()
  if (text !== '') socket.write(text)
  return socket
}

function read(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()))
  })
}

function sendRaw(url: string, text: string): Promise<string> {
  const socket = open(url, '127.0.0.1', '')
  const answer = read(socket)
  socket.write(Buffer.from(text, 'latin1'))
  return answer
}
