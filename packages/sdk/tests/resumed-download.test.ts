import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readAll, readRecipient, sealBytes } from '@gristmill/envelope'
import { hexlify, randomBytes, sha256 } from 'ethers'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  BadAnswerError,
  Client,
  type DownloadProgress,
  MessageChangedError,
  type PartialDownload,
  TransferInterruptedError,
} from '../src/index.js'
import { partialFile } from '../src/node.js'
import { bytes, json, problem } from './_hostile.js'
import { CARD, closeListedStage, type ListedStage, PRICE, setListedStage } from './_listed.js'
import { errorOf, offer, walletOf } from './_util.js'

/** Several times what is on its way at once, so that a download that stops has not got all of it. */
const CONTENT = randomBytes(4_000_000)
const MAX_FAILURES = 4

let listed: ListedStage
let server: ListedStage['server']
let buyer: Client
let orderId: `0x${string}`
let otherId: `0x${string}`
let message: Uint8Array
let folder: string
let path: string

beforeAll(async () => {
  listed = await setListedStage(CONTENT)
  const { stage, attested, listing, key } = listed
  server = listed.server
  const recipient = await readRecipient(key.publicKey)
  const { recipientKey } = recipient
  const place = async () => {
    const quote = await offer(stage, { attested, listing, kind: 'access', price: PRICE, goods: { recipientKey } })
    return (await stage.buyer.orders.place({ quote, payment: 'permit' })).orderId
  }
  orderId = await place()
  otherId = await place()
  message = await sealBytes(CONTENT, { recipient })
  const opening = { contentRoot: attested.attestation.contentRoot, secret: hexlify(listed.secret) }
  const sealed = await sealBytes(Buffer.from(JSON.stringify(opening)), { recipient })
  server.answers[CARD] = json(listed.card)
  server.answers[`GET /v1/listings/${listing}`] = json(listed.document)
  for (const id of [orderId, otherId]) server.answers[`GET /v1/orders/${id}/opening`] = bytes(sealed)
  buyer = await Client.connect({
    runner: walletOf(stage.localnet, 'buyer'),
    deployment: stage.localnet.deployment,
    datatrust: server.url,
    datatrustTimeoutMs: 2_000,
    datatrustRetry: { maxFailures: MAX_FAILURES, firstDelayMs: 5, maxDelayMs: 20 },
  })
})
afterAll(() => closeListedStage(listed))

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gristmill-partial-'))
  path = join(folder, 'data.partial')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

interface Request {
  method: string | undefined
  range: string | undefined
  ifRange: string | undefined
}

interface Serving {
  /** The requests for the message. */
  requests: Request[]
}

/** One answer to a request for the message; `rest` is what a good one would send. */
type Turn = (response: ServerResponse, rest: Uint8Array, start: number, request: IncomingMessage) => void

const ETAG = '"one"'

function head(response: ServerResponse, rest: Uint8Array, start: number, { etag = ETAG, size = message.length } = {}) {
  const range = start === 0 ? {} : { 'content-range': `bytes ${start}-${size - 1}/${size}` }
  response.writeHead(start === 0 ? 200 : 206, { 'content-length': rest.length, etag, ...range })
}

const whole: Turn = (response, rest, start) => {
  head(response, rest, start)
  response.end(rest)
}

/** Sends so many bytes of the rest, then breaks the connection. */
const breakAfter =
  (sentBytes: number): Turn =>
  (response, rest, start) => {
    head(response, rest, start)
    response.write(rest.subarray(0, sentBytes), () => setTimeout(() => response.destroy(), 60))
  }

const says =
  (answer: ReturnType<typeof problem>): Turn =>
  (response, _rest, _start, request) =>
    void answer(response, Buffer.alloc(0), request)

/** Serves the message: a turn for every GET, the last of them for all that follow. */
function serve(turns: Turn[], id = orderId): Serving {
  const serving: Serving = { requests: [] }
  const resource = `/v1/orders/${id}/message`
  server.answers[`HEAD ${resource}`] = (response, _body, request) => {
    serving.requests.push({ method: request.method, range: undefined, ifRange: undefined })
    response.writeHead(200, { 'content-length': message.length, etag: ETAG }).end()
  }
  let turn = 0
  server.answers[`GET ${resource}`] = (response, _body, request) => {
    const { range, 'if-range': ifRange } = request.headers as Record<string, string | undefined>
    serving.requests.push({ method: request.method, range, ifRange })
    const start = Number(/^bytes=(\d+)-$/.exec(range ?? 'bytes=0-')?.[1])
    const answer = turns[Math.min(turn, turns.length - 1)] as Turn
    turn += 1
    answer(response, message.subarray(start), start, request)
  }
  return serving
}

const gets = ({ requests }: Serving) => requests.filter(({ method }) => method === 'GET')

interface Receive {
  id?: `0x${string}`
  partial?: PartialDownload
  onProgress?: (progress: DownloadProgress) => void
  /** Stops the loop, as one does who is killed. */
  stopAfterBytes?: number
}

async function receive({ id = orderId, stopAfterBytes = Infinity, ...more }: Receive = {}): Promise<Uint8Array> {
  const { content } = await buyer.orders.download({ orderId: id, privateKey: listed.key.privateKey, ...more })
  const chunks: Uint8Array[] = []
  let receivedBytes = 0
  for await (const chunk of content) {
    chunks.push(chunk)
    receivedBytes += chunk.length
    if (receivedBytes >= stopAfterBytes) break
  }
  return Buffer.concat(chunks)
}

const received = async (params?: Receive) => sha256(await receive(params))
const BOUGHT = sha256(CONTENT)

describe('a download whose connection breaks', () => {
  it.each([[[1]], [[70_000, 1, 200_000]], [[899_000]], [[170_000, 170_000, 170_000, 170_000, 170_000]]])(
    'after %j bytes asks for the rest, and its reader sees nothing of it',
    async (breaks) => {
      const serving = serve([...breaks.map(breakAfter), whole])
      expect(await received()).toBe(BOUGHT)
      expect(serving.requests).toHaveLength(breaks.length + 1)
      let had = 0
      for (const { range, ifRange } of serving.requests.slice(1)) {
        expect(ifRange).toBe(ETAG)
        const start = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1])
        expect(start).toBeGreaterThanOrEqual(had)
        had = start
      }
    },
  )

  it('before its first byte begins anew, even with another message', async () => {
    const serving = serve([
      (response, rest) => {
        head(response, rest, 0, { etag: '"old"' })
        response.flushHeaders()
        setTimeout(() => response.destroy(), 20)
      },
      whole,
    ])
    expect(await received()).toBe(BOUGHT)
    expect(gets(serving).map(({ range }) => range)).toEqual([undefined, undefined])
  })

  it('goes on where a proxy, a busy and a starting datatrust say to wait', async () => {
    const bad: Turn = (response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<html>')
    const serving = serve([breakAfter(100_000), says(problem(503, 'NOT_READY', { retryable: true })), bad, whole])
    expect(await received()).toBe(BOUGHT)
    expect(serving.requests).toHaveLength(4)
  })

  it('takes the whole again from one who does not send ranges, and hands out the rest only', async () => {
    const again: Turn = (response) => {
      head(response, message, 0)
      response.end(message)
    }
    serve([breakAfter(300_000), again])
    expect(await received()).toBe(BOUGHT)
  })

  it('too often without progress is given up with what it had', async () => {
    const serving = serve([breakAfter(100_000), breakAfter(10)])
    const error = await errorOf(receive())
    expect(error).toBeInstanceOf(TransferInterruptedError)
    expect(error).toMatchObject({ code: 'TRANSFER_INTERRUPTED', retryable: true })
    const { doneBytes, totalBytes } = (error as TransferInterruptedError).details as Record<string, number>
    expect(totalBytes).toBe(message.length)
    expect(doneBytes).toBeGreaterThan(0)
    expect(doneBytes).toBeLessThan(totalBytes as number)
    expect(serving.requests).toHaveLength(MAX_FAILURES)
  })

  it('and was never there fails as that', async () => {
    serve([(response) => response.destroy()])
    expect(await errorOf(receive())).toMatchObject({ code: 'DATATRUST_UNREACHABLE' })
  })

  it('is not asked for again when the answer is no', async () => {
    const serving = serve([breakAfter(100_000), says(problem(410, 'ORDER_CLOSED'))])
    expect(await errorOf(receive())).toMatchObject({ code: 'ORDER_CLOSED', status: 410 })
    expect(serving.requests).toHaveLength(2)
  })

  it('is not joined with another message', async () => {
    const other: Turn = (response, rest, start) => {
      head(response, rest, start, { etag: '"two"' })
      response.end(rest)
    }
    const serving = serve([breakAfter(100_000), other])
    expect(await errorOf(receive())).toBeInstanceOf(MessageChangedError)
    expect(serving.requests).toHaveLength(2)
  })

  it('is not joined with another part of it', async () => {
    const skewed: Turn = (response, rest, start) => {
      head(response, rest.subarray(7), start + 7)
      response.end(rest.subarray(7))
    }
    serve([breakAfter(100_000), skewed])
    expect(await errorOf(receive())).toBeInstanceOf(BadAnswerError)
  })

  it('and brings a wrong rest fails in its decryption', async () => {
    const forged: Turn = (response, rest, start) => {
      head(response, rest, start)
      response.end(randomBytes(rest.length))
    }
    serve([breakAfter(300_000), forged])
    expect(await errorOf(receive())).toMatchObject({
      code: expect.stringMatching(/TAMPERED_MESSAGE|MALFORMED_MESSAGE|TRUNCATED_MESSAGE/),
    })
  })

  it.each([
    ['ETag', { 'content-length': 10 }],
    ['strong ETag', { 'content-length': 10, etag: 'W/"one"' }],
    ['size', { etag: ETAG }],
  ])('could not be resumed without a %s, which is refused at once', async (_what, headers) => {
    serve([(response) => response.writeHead(200, headers).end(message.subarray(0, 10))])
    expect(await errorOf(receive())).toBeInstanceOf(BadAnswerError)
  })
})

describe('a partial message in a file', () => {
  /** A download that ends before its end. */
  const interrupt = async (stopAfterBytes = 300_000) => {
    serve([whole])
    await receive({ partial: partialFile(path), stopAfterBytes })
    return (await readFile(path)).length
  }

  it('holds ciphertext only, of mode 0600, and is continued by the next download', async () => {
    await interrupt()
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    const file = await readFile(path)
    const kept = file.subarray(file.indexOf('\n') + 1)
    expect(kept.length).toBeGreaterThan(300_000)
    expect(kept.equals(message.subarray(0, kept.length))).toBe(true)

    const serving = serve([whole])
    const progress: DownloadProgress[] = []
    const partial = partialFile(path)
    expect(await received({ partial, onProgress: (step) => progress.push(step) })).toBe(BOUGHT)
    expect(serving.requests.map(({ method, range }) => [method, range])).toEqual([
      ['HEAD', undefined],
      ['GET', `bytes=${kept.length}-`],
    ])
    expect(progress.at(-1)).toEqual({
      receivedBytes: message.length,
      totalBytes: message.length,
      keptBytes: kept.length,
    })
    expect(progress.map(({ receivedBytes }) => receivedBytes)).toEqual(
      progress.map(({ receivedBytes }) => receivedBytes).sort((a, b) => a - b),
    )
    await partial.discard()
    expect(await readdir(folder)).toEqual([])
  })

  it('that is whole is opened without asking for a byte', async () => {
    serve([whole])
    await receive({ partial: partialFile(path) })
    const serving = serve([whole])
    expect(await received({ partial: partialFile(path) })).toBe(BOUGHT)
    expect(gets(serving)).toEqual([])
  })

  it('survives any number of interruptions', async () => {
    for (const stopAfterBytes of [1, 200_000, 400_000, 700_000]) await interrupt(stopAfterBytes)
    expect(await received({ partial: partialFile(path) })).toBe(BOUGHT)
  })

  it('keeps what came before a download was given up', async () => {
    serve([breakAfter(100_000), breakAfter(10)])
    expect(await errorOf(receive({ partial: partialFile(path) }))).toBeInstanceOf(TransferInterruptedError)
    const serving = serve([whole])
    expect(await received({ partial: partialFile(path) })).toBe(BOUGHT)
    expect(gets(serving)[0]?.range).toMatch(/^bytes=[1-9]\d*-$/)
  })

  it.each([
    ['damaged', (file: Buffer) => file.fill(7, 100_000, 100_100)],
    ['torn, with zeros for a tail', (file: Buffer) => file.fill(0, file.length - 40_000)],
  ])('that is %s is found out, discarded, and the next download is clean', async (_how, damage) => {
    await interrupt()
    await writeFile(path, damage(await readFile(path)))
    serve([whole])
    expect(await errorOf(receive({ partial: partialFile(path) }))).toMatchObject({
      code: expect.stringMatching(/TAMPERED_MESSAGE|MALFORMED_MESSAGE/),
    })
    expect(await readdir(folder)).toEqual([])
    expect(await received({ partial: partialFile(path) })).toBe(BOUGHT)
  })

  it('that was cut is continued from where it ends', async () => {
    const size = await interrupt()
    await writeFile(path, (await readFile(path)).subarray(0, size - 54_321))
    serve([whole])
    expect(await received({ partial: partialFile(path) })).toBe(BOUGHT)
  })

  it.each([
    ['nothing', ''],
    ['half a head', '{"orderId":"0x12'],
    ['another head', '{"version":2}\nxx'],
    ['no line', 'x'.repeat(5_000)],
  ])('with %s in it is begun anew', async (_what, text) => {
    await writeFile(path, text)
    serve([whole])
    expect(await received({ partial: partialFile(path) })).toBe(BOUGHT)
  })

  it('of another order, or of another message of this one, is discarded', async () => {
    await interrupt()
    const other = serve([whole], otherId)
    expect(await received({ id: otherId, partial: partialFile(path) })).toBe(BOUGHT)
    expect(other.requests.map(({ method, range }) => [method, range])).toEqual([['GET', undefined]])

    await interrupt()
    const serving = serve([whole])
    server.answers[`HEAD /v1/orders/${orderId}/message`] = (response) =>
      response.writeHead(200, { 'content-length': message.length, etag: '"new"' }).end()
    expect(await received({ partial: partialFile(path) })).toBe(BOUGHT)
    expect(gets(serving).map(({ range }) => range)).toEqual([undefined])
  })

  it('where none can be is a typed error', async () => {
    serve([whole])
    const partial = partialFile(join(folder, 'missing', 'data.partial'))
    expect(await errorOf(receive({ partial }))).toMatchObject({ code: 'PARTIAL_FILE', details: { reason: 'ENOENT' } })
  })

  it('keeps the message as it is for who decrypts it elsewhere', async () => {
    serve([breakAfter(200_000), whole])
    const partial = partialFile(path)
    expect(Buffer.from(await readAll(buyer.orders.message({ orderId, partial }))).equals(message)).toBe(true)
  })
})
