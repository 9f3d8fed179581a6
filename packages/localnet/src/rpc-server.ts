import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PortInUseError } from '@gristmill/protocol'
import { answerRpc } from './answer-rpc.js'
import type { RpcHandler } from './rpc-methods.js'

export interface RpcServer {
  /** http://127.0.0.1:port */
  url: string
  /** Ends idle connections at once, the others after their answer or a moment later. */
  close(): Promise<void>
}

const HOST = '127.0.0.1'
const LOOPBACK_NAMES: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]'])
const MAX_BODY_BYTES = 2 * 1024 * 1024
const MAX_CONNECTIONS = 256
const CLOSE_TIMEOUT_MS = 2_000

/** Serves JSON-RPC on the loopback interface; port 0 takes a free one. */
export async function startRpcServer(handle: RpcHandler, port: number): Promise<RpcServer> {
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 30_000 }, (request, response) => {
    // A connection that broke, or that sends without end, has nobody to answer.
    respond(handle, request, response).catch(() => response.destroy())
  })
  server.maxConnections = MAX_CONNECTIONS
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new PortInUseError(port, error) : error),
    )
    server.listen(port, HOST, resolve)
  })
  return {
    url: `http://${HOST}:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      const timer = setTimeout(() => server.closeAllConnections(), CLOSE_TIMEOUT_MS)
      await closed
      clearTimeout(timer)
    },
  }
}

async function respond(handle: RpcHandler, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const refusal = refuse(request)
  if (refusal !== undefined) {
    response.writeHead(refusal, { connection: 'close' }).end()
    return
  }
  const text = JSON.stringify(await answerRpc(handle, await readBody(request)))
  response.writeHead(200, { 'content-type': 'application/json' }).end(text)
}

/** A page in a browser can reach the loopback interface: neither a simple request nor a rebound name gets an answer. */
function refuse({ method, headers }: IncomingMessage): number | undefined {
  if (!LOOPBACK_NAMES.has((headers.host ?? '').replace(/:\d+$/, ''))) return 403
  if (method !== 'POST') return 405
  if (headers['content-type']?.split(';')[0]?.trim().toLowerCase() !== 'application/json') return 415
  if (Number(headers['content-length'] ?? 0) > MAX_BODY_BYTES) return 413
  return undefined
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length
    if (sizeBytes > MAX_BODY_BYTES) throw new RangeError('a body without a length is larger than it may be')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
