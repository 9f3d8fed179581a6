import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { OrderId } from '@gristmill/protocol'
import { createSessionKey, type SessionKey } from '@gristmill/sdk'
import { Wallet } from 'ethers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DatatrustProcess } from './_big.js'
import { authorization } from './_http.js'
import { endings } from './_journeys.js'
import { RpcProxy } from './_rpc-proxy.js'
import { buyDirect, clientOf, openDatabaseOf, publish, type Stage, setStage, until, walletOf } from './_util.js'

/** More than the buffers of a connection: an answer whose reader waits is not out yet. */
const CONTENT_BYTES = 16 * 2 ** 20
const READERS = 4

/** An answer of which the head and some bytes have come, and whose reader waits. */
class Reading {
  readonly response: IncomingMessage
  readonly #hash = createHash('sha256')
  receivedBytes = 0
  /** Broken off before its end, and its reader knows. */
  isBroken = false
  readonly #ended: Promise<unknown>

  private constructor(response: IncomingMessage) {
    this.response = response
    this.#ended = new Promise((resolve) => {
      response.once('end', resolve)
      response.once('error', () => {
        this.isBroken = true
        resolve(undefined)
      })
    })
  }

  static async begin(url: string, headers: Record<string, string>): Promise<Reading> {
    const request = get(url, { headers, agent: false })
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    const reading = new Reading(response)
    const first = response.read() ?? (await once(response, 'readable').then(() => response.read()))
    if (first !== null) reading.#take(first)
    return reading
  }

  get sizeBytes(): number {
    return Number(this.response.headers['content-length'])
  }

  /** Reads on to the end, whatever it is. */
  async rest(): Promise<string> {
    this.response.on('data', (chunk: Buffer) => this.#take(chunk))
    await this.#ended
    return this.#hash.copy().digest('hex')
  }

  /** Goes on with what another answer has. */
  async goOn(other: Reading): Promise<string> {
    other.response.on('data', (chunk: Buffer) => this.#take(chunk))
    this.#take(other.taken)
    await other.#ended
    return this.#hash.copy().digest('hex')
  }

  taken: Buffer = Buffer.alloc(0)
  #take(chunk: Buffer): void {
    if (this.taken.length === 0) this.taken = chunk
    this.receivedBytes += chunk.length
    this.#hash.update(chunk)
  }
}

describe('a datatrust that is told to end under load', () => {
  let stage: Stage
  let direct: OrderId
  let fair: { orderId: OrderId; session: SessionKey }
  let datatrust: DatatrustProcess
  const whole: Record<string, string> = {}

  const live = async (drainSeconds: number) => {
    datatrust = await DatatrustProcess.start(stage, { variables: { DATATRUST_DRAIN_SECONDS: String(drainSeconds) } })
  }
  const resources = () => [`/v1/orders/${direct}/message`, `/v1/orders/${fair.orderId}/ciphertext`]
  const walletFor = (resource: string) =>
    resource.endsWith('ciphertext') ? new Wallet(fair.session.privateKey) : walletOf(stage.localnet, 'buyer')
  const signed = async (resource: string) => ({
    authorization: await authorization(stage, walletFor(resource), { method: 'GET', resource }),
  })
  const read = async (resource: string, headers: Record<string, string> = {}) =>
    Reading.begin(datatrust.url + resource, { ...(await signed(resource)), ...headers })

  beforeAll(async () => {
    stage = await setStage()
    await live(60)
    const [maker, buyer] = await Promise.all([
      clientOf(stage.localnet, 'maker', datatrust.url),
      clientOf(stage.localnet, 'buyer', datatrust.url),
    ])
    const { listing } = await publish(maker, stage.market, { content: randomBytes(CONTENT_BYTES) })
    direct = await buyDirect(buyer, listing)
    const session = createSessionKey()
    const quote = await buyer.orders.quote({ listing, kind: 'access', ackKey: session.address })
    fair = { ...(await buyer.orders.place({ quote, payment: 'permit' })), session }
    await buyer.orders.wait({ orderId: direct, pollMs: 50 })
    await buyer.orders.wait({ orderId: fair.orderId, session, pollMs: 50 })
    for (const resource of resources()) whole[resource] = await (await read(resource)).rest()
  }, 240_000)
  afterAll(async () => {
    await datatrust?.end('SIGKILL')
    await stage?.close()
  })

  it('sends every answer under way to its end, refuses what comes then, and ends by itself', async () => {
    const readings = await Promise.all(
      resources().flatMap((resource) =>
        Array.from({ length: READERS }, async () => ({ resource, reading: await read(resource) })),
      ),
    )
    const [resource = ''] = resources()
    const { hostname, port } = new URL(datatrust.url)
    const line = async () =>
      `GET ${resource} HTTP/1.1\r\nHost: a\r\nAuthorization: ${(await signed(resource)).authorization}\r\n\r\n`
    const socket = connect(Number(port), hostname)
    socket.write(await line())
    await once(socket, 'readable')
    const closed = once(socket, 'close')

    const ended = once(datatrust.child, 'exit')
    datatrust.child.kill('SIGTERM')
    await until(async () => {
      const answer = await fetch(`${datatrust.url}/v1/health/ready`).catch((error: Error) => error)
      // Refused at the door, or in words.
      return answer instanceof Error || answer.status === 503
    })
    socket.write(await line())
    const said: Buffer[] = []
    socket.on('data', (chunk: Buffer) => said.push(chunk))
    await Promise.all(
      readings.map(async ({ resource: asked, reading }) => {
        expect(reading.receivedBytes).toBeLessThan(reading.sizeBytes)
        expect(await reading.rest(), asked).toBe(whole[asked])
        expect(reading).toMatchObject({ receivedBytes: reading.sizeBytes, isBroken: false })
      }),
    )
    await closed
    const [first, second] = Buffer.concat(said)
      .toString('latin1')
      .split(/(?=HTTP\/1\.1 503 )/)
    expect(
      createHash('sha256')
        .update(Buffer.from(first!.slice(first!.indexOf('\r\n\r\n') + 4), 'latin1'))
        .digest('hex'),
    ).toBe(whole[resource])
    expect(second).toMatch(/connection: close[\s\S]*NOT_READY/i)
    expect(await ended).toEqual([0, null])

    // And what was sent is on record, to the byte.
    const db = await openDatabaseOf(stage)
    try {
      const rows = await db
        .selectFrom('deliveries')
        .selectAll()
        .where('part', 'in', ['message', 'ciphertext'])
        .execute()
      expect(rows.reduce((sum, row) => sum + row.answers, 0)).toBe(2 * READERS + 3)
      for (const { sent_bytes, offered_bytes } of rows) expect(sent_bytes).toBe(offered_bytes)
    } finally {
      await db.destroy()
    }
  }, 120_000)

  it.each(['by itself at the end of its time', ...(process.env.GRISTMILL_DEEP ? ['by SIGKILL before'] : [])])(
    'cuts off %s what nobody reads; its reader sees that, and has the rest of the next one',
    async (how) => {
      const isKilled = how.includes('SIGKILL')
      await live(isKilled ? 60 : 1)
      const readings = await Promise.all(
        resources().map(async (resource) => ({ resource, reading: await read(resource) })),
      )
      const ended = once(datatrust.child, 'exit')
      datatrust.child.kill('SIGTERM')
      if (isKilled) {
        await pause(200)
        datatrust.child.kill('SIGKILL')
      }
      expect(await ended).toEqual(isKilled ? [null, 'SIGKILL'] : [0, null])
      for (const { reading } of readings) await reading.rest()
      await live(60)
      for (const { resource, reading } of readings) {
        expect(reading.isBroken, resource).toBe(true)
        expect(reading.receivedBytes).toBeLessThan(reading.sizeBytes)
        const { etag = '' } = reading.response.headers
        const next = await read(resource, { range: `bytes=${reading.receivedBytes}-`, 'if-range': etag })
        expect(next.response.statusCode).toBe(206)
        expect(await reading.goOn(next), resource).toBe(whole[resource])
      }
      expect(await endings(stage.operator, direct)).toEqual(['placed', 'settled'])
      await datatrust.end()
    },
    120_000,
  )

  it('ends in bounded time though its node takes calls and never answers', async () => {
    await using node = await RpcProxy.to(stage.localnet.url)
    const { params } = stage
    const calls: string[] = []
    datatrust = await DatatrustProcess.start({
      ...stage,
      params: { ...params, chain: { ...params.chain, rpcUrl: node.url } },
    })
    node.fault = ({ method }) => {
      calls.push(method)
      return new Promise(() => {})
    }
    await until(async () => calls.length > 0)
    const ended = once(datatrust.child, 'exit')
    datatrust.child.kill('SIGTERM')
    // Each of its loops is waited for a few seconds, no call for longer.
    const late = pause(30_000, 'still there', { ref: false })
    expect(await Promise.race([ended, late])).toEqual([0, null])
  }, 60_000)
})
