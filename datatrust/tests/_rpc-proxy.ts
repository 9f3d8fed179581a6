import { once } from 'node:events'
import {
  Agent,
  createServer,
  type IncomingMessage,
  request as requestHttp,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'

/** A node has so many connections for one caller; those that come when all are taken wait. */
const CONNECTIONS_MAX = 64

interface Call {
  id: unknown
  method: string
  params: unknown[]
}

/** What becomes of a call: nothing special, an answer made up, or no answer at all. */
export type Fault = (call: Call, ask: () => Promise<unknown>) => Promise<unknown> | 'hang up' | undefined

/** A node's JSON-RPC in front of a real chain: as long as it has no fault it passes everything on. */
export class RpcProxy implements AsyncDisposable {
  readonly url: string
  /** Raw transactions that were sent through it, in order. */
  readonly raws: string[] = []
  fault: Fault = () => undefined
  readonly #target: string
  readonly #server: Server
  readonly #agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS_MAX })

  private constructor(target: string, url: string, server: Server) {
    this.#target = target
    this.url = url
    this.#server = server
  }

  static async to(target: string): Promise<RpcProxy> {
    const server = createServer((request, response) => {
      // A node that does not answer is no node.
      proxy.#respond(request, response).catch(() => response.destroy())
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const proxy = new RpcProxy(target, `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server)
    return proxy
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = JSON.parse(await bodyOf(request)) as Call
    if (call.method === 'eth_sendRawTransaction') this.raws.push(String(call.params[0]))
    const answer = this.fault(call, async () => ((await this.#ask(call)) as { result: unknown }).result)
    if (answer === 'hang up') {
      response.destroy()
      return
    }
    const body = answer === undefined ? await this.#ask(call) : { jsonrpc: '2.0', id: call.id, result: await answer }
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#agent.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #ask(call: Call): Promise<unknown> {
    const headers = { 'content-type': 'application/json' }
    const asking = requestHttp(this.#target, { method: 'POST', headers, agent: this.#agent })
    asking.end(JSON.stringify({ jsonrpc: '2.0', ...call }))
    const [response] = (await once(asking, 'response')) as [IncomingMessage]
    return JSON.parse(await bodyOf(response))
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}
