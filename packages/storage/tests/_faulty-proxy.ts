import { once } from 'node:events'
import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What happens to one request or its answer. */
export type Fault =
  /** Answered with this status, and not passed on. */
  | { status: number }
  /** The answer ends, or falls silent, after so many bytes of its body. */
  | { cutAfter: number }
  | { stallAfter: number }
  /** A bit of the body is another one, without anybody being told. */
  | { flipAnswerAt: number }
  | { flipRequestAt: number }
  /** Passed on and done; whoever asked never hears of it. */
  | { loseAnswer: true }

/** Something between a client and a server that does what goes wrong on the way. */
export interface FaultyProxy {
  url: string
  /** Asked for every request. */
  faultOf: (method: string, path: string) => Fault | undefined
  /** Method and path of what came, in order. */
  requests: string[]
  close(): Promise<void>
}

export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const { hostname, port } = new URL(target)
  const server = createServer((incoming, answer) => {
    const { method = '', url = '' } = incoming
    proxy.requests.push(`${method} ${url}`)
    const fault = proxy.faultOf(method, url)
    if (fault !== undefined && 'status' in fault) {
      incoming.resume()
      answer.writeHead(fault.status).end()
      return
    }
    // Over a connection of its own: a kept one may have been closed meanwhile, which would be one fault more.
    const to = { hostname, port, method, path: url, headers: incoming.headers, agent: false }
    const outgoing = request(to, (response) => {
      if (fault !== undefined && 'loseAnswer' in fault) {
        response.resume()
        response.once('end', () => answer.destroy())
        return
      }
      answer.writeHead(response.statusCode ?? 502, response.headers)
      if (method === 'HEAD') {
        answer.end()
        return
      }
      void pass(response, fault)
    })
    const pass = async (response: IncomingMessage, given: Fault | undefined) => {
      let offset = 0
      for await (const chunk of response as AsyncIterable<Buffer>) {
        const limit =
          given !== undefined && 'cutAfter' in given
            ? given.cutAfter
            : given !== undefined && 'stallAfter' in given
              ? given.stallAfter
              : undefined
        if (limit !== undefined && offset + chunk.length > limit) {
          answer.write(chunk.subarray(0, limit - offset))
          if ('cutAfter' in given!) setTimeout(() => answer.destroy(), 20)
          return
        }
        if (given !== undefined && 'flipAnswerAt' in given) flip(chunk, given.flipAnswerAt - offset)
        offset += chunk.length
        if (!answer.write(chunk)) await once(answer, 'drain')
      }
      answer.end()
    }
    outgoing.on('error', () => {
      // Swift sends the end of a body behind the answer to a HEAD, which has none: the answer was whole by then.
      if (!answer.headersSent) answer.destroy()
    })
    answer.on('error', () => undefined)
    let sent = 0
    incoming.on('data', (chunk: Buffer) => {
      if (fault !== undefined && 'flipRequestAt' in fault) flip(chunk, fault.flipRequestAt - sent)
      sent += chunk.length
      outgoing.write(chunk)
    })
    incoming.on('end', () => outgoing.end())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const proxy: FaultyProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faultOf: () => undefined,
    requests: [],
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return proxy
}

function flip(chunk: Buffer, at: number): void {
  if (at >= 0 && at < chunk.length) chunk[at]! ^= 1
}
