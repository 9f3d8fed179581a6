import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { FetchRequest, JsonRpcProvider } from 'ethers'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { jsonRpcProvider, toTypedError } from '../src/index.js'
import { nodeJsonRpcProvider } from '../src/node.js'

const server: Server = createServer(async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const { id, method } = JSON.parse(Buffer.concat(chunks).toString())
  if (method === 'eth_chainId') {
    response.end(JSON.stringify({ id, result: '0x1' }))
    return
  }
  asked.push(request)
  serve(response, JSON.stringify({ id, result: '0x2a' }))
})
let asked: IncomingMessage[] = []
let serve: (response: ServerResponse, answer: string) => void
let url: string

beforeEach(async () => {
  asked = []
  serve = (response, answer) => response.end(answer)
  if (server.listening) return
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/key-of-the-owner`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

/** Closes a connection when a second request comes over it, as one does that was idle for too long. */
function closeKept(): void {
  const used = new WeakSet<object>()
  serve = (response, answer) => {
    if (used.has(response.req.socket)) response.req.socket.destroy()
    else response.end(answer)
    used.add(response.req.socket)
  }
}

async function failureOf(call: Promise<unknown>): Promise<Error & { code?: string }> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeDefined()
  return toTypedError(error)
}

describe.each([
  ['fetch', jsonRpcProvider],
  ['Node', nodeJsonRpcProvider],
])('by %s, a node', (how, providerOf) => {
  it('that closed a kept connection is asked once more', async () => {
    closeKept()
    const provider = providerOf(url)
    for (let call = 0; call < 5; call += 1) expect(await provider.send('eth_blockNumber', [])).toBe('0x2a')
    // Calls that met a closed connection were sent twice.
    expect(asked.length).toBeGreaterThan(5)
    provider.destroy()
    // Which ethers' own way does not.
    closeKept()
    const own = new JsonRpcProvider(new FetchRequest(url), 1, { staticNetwork: true, batchMaxCount: 1 })
    const calls = async () => {
      for (let call = 0; call < 5; call += 1) await own.send('eth_blockNumber', [])
    }
    await expect(calls()).rejects.toThrow()
    own.destroy()
  })

  // `fetch` gives no say in which connection it takes.
  it.runIf(how === 'Node')('that closed all kept connections is asked once more, over a new one', async () => {
    const waiting: (() => void)[] = []
    const used = new Set<object>()
    serve = (response, answer) => {
      used.add(response.req.socket)
      waiting.push(() => response.end(answer))
    }
    const provider = providerOf(url)
    const calls = [1, 2, 3].map(() => provider.send('eth_blockNumber', []))
    await expect.poll(() => waiting.length).toBe(3)
    expect(used.size).toBe(3)
    for (const answer of waiting) answer()
    await Promise.all(calls)
    serve = (response, answer) => {
      if (used.has(response.req.socket)) response.req.socket.destroy()
      else response.end(answer)
    }
    expect(await provider.send('eth_blockNumber', [])).toBe('0x2a')
    provider.destroy()
  })

  it('that closes every connection is given up after the second', async () => {
    serve = (response) => response.req.socket.destroy()
    const provider = providerOf(url)
    await provider.getNetwork()
    const error = await failureOf(provider.send('eth_blockNumber', []))
    expect(error).toMatchObject({ code: 'CHAIN_UNREACHABLE' })
    expect(asked).toHaveLength(2)
    expect(String((error.cause as Error).message)).not.toContain('key-of-the-owner')
    provider.destroy()
  })

  it('that never answers is left with its connection', async () => {
    const provider = providerOf(url)
    await provider.getNetwork()
    serve = () => {}
    const failure = failureOf(provider.send('eth_blockNumber', []))
    await expect.poll(() => asked.length).toBe(1)
    const socket = asked.at(-1)!.socket
    const closed = once(socket, 'close')
    provider.destroy()
    await closed
    expect((await failure).message).toContain('cancelled')
  })

  it('that answers without end is given up', async () => {
    const provider = providerOf(url)
    await provider.getNetwork()
    const chunk = Buffer.alloc(2 ** 20, 0x20)
    let sentBytes = 0
    serve = (response) => {
      const send = () => {
        while (!response.destroyed) {
          sentBytes += chunk.length
          if (!response.write(chunk)) {
            response.once('drain', send)
            return
          }
        }
      }
      send()
    }
    expect(await failureOf(provider.send('eth_blockNumber', []))).toMatchObject({ code: 'CHAIN_UNREACHABLE' })
    expect(sentBytes).toBeLessThan(80 * 2 ** 20)
    provider.destroy()
  })

  it('behind a name and a password gets them in a header', async () => {
    const provider = providerOf(url.replace('http://', 'http://anna:p%40ss@'))
    expect(await provider.send('eth_blockNumber', [])).toBe('0x2a')
    expect(asked.at(-1)!.headers.authorization).toBe(`Basic ${Buffer.from('anna:p@ss').toString('base64')}`)
    provider.destroy()
  })
})
