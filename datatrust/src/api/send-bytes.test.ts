import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, get, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { sendBytes } from './send-bytes.js'

const PIECES = 40
const PIECE_BYTES = 512 * 1024
const hashOf = (bytes: Iterable<Uint8Array>) => {
  const hash = createHash('sha256')
  for (const piece of bytes) hash.update(piece)
  return hash.digest('hex')
}

describe('bytes that are sent', () => {
  let server: Server | undefined
  afterEach(() => {
    server?.closeAllConnections()
    server?.close()
  })

  /** Serves a source; gives the answer as its client meets it, and how the sending ended. */
  async function serve(source: AsyncIterable<Uint8Array>) {
    let tell: (outcome: unknown) => void = () => {}
    const ended = new Promise((resolve) => {
      tell = resolve
    })
    server = createServer((_, response) => {
      response.setHeader('Content-Length', PIECES * PIECE_BYTES)
      sendBytes(response, source).then(() => tell('sent'), tell)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const call = get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' })
    const [answer] = (await once(call, 'response')) as [IncomingMessage]
    return { answer, ended }
  }

  it('have left before their source writes over them, however slowly they are taken', async () => {
    const sent = createHash('sha256')
    async function* source() {
      const buffer = Buffer.alloc(PIECE_BYTES)
      for (let i = 0; i < PIECES; i++) {
        randomBytes(64).copy(buffer.fill(i), i)
        sent.update(buffer)
        yield buffer
      }
    }
    const { answer, ended } = await serve(source())
    const received: Buffer[] = []
    for await (const chunk of answer) {
      received.push(chunk as Buffer)
      if (received.length % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    }
    expect(hashOf(received)).toBe(sent.digest('hex'))
    expect(await ended).toBe('sent')
  })

  it('are cut off, and not ended, where their source fails', async () => {
    const failure = new Error('the disk')
    async function* source() {
      yield Buffer.alloc(PIECE_BYTES)
      throw failure
    }
    const { answer, ended } = await serve(source())
    await expect(answer.toArray()).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(await ended).toBe(failure)
  })

  it('stop, and their source is closed, when the client goes away', async () => {
    let isClosed = false
    async function* source() {
      try {
        for (let i = 0; i < PIECES; i++) yield Buffer.alloc(PIECE_BYTES)
      } finally {
        isClosed = true
      }
    }
    const { answer, ended } = await serve(source())
    answer.destroy()
    expect(await ended).toBeInstanceOf(Error)
    expect(isClosed).toBe(true)
  })
})
