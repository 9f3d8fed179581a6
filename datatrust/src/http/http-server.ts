import {
  createServer,
  type IncomingMessage,
  type Server as NodeServer,
  type RequestListener,
  type ServerResponse,
} from 'node:http'
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net'
import { PortInUseError, toWire } from '@gristmill/protocol'
import { NotReadyError } from '../api/health/ready.js'
import { problemOf } from '../api/problem.js'
import { RequestInvalidError } from '../api/request-errors.js'
import { statusOf } from '../api/status-of.js'
import type { Config } from '../config/config.js'
import { CLOSING } from '../health/health.js'
import { keepPace } from './pace.js'

const SECOND_MS = 1_000
const HEADERS_TIMEOUT_MS = 10 * SECOND_MS
const KEEP_ALIVE_TIMEOUT_MS = 5 * SECOND_MS
/** How often connections are looked at that send no whole header. */
const CHECK_MS = 2 * SECOND_MS
/** Longest silence on a connection, in either direction; longer than a transaction takes to be mined. */
const IDLE_TIMEOUT_MS = 240 * SECOND_MS
const HEADER_BYTES_MAX = 16 * 1024
/** While the last answers go out, connections that are done are closed so often. */
const SWEEP_MS = 50

export interface HttpServer {
  /** Base URL. */
  readonly url: string
  /** Takes no new request, lets those under way end, and cuts off what lasts longer than the configuration says. */
  close(): Promise<void>
}

/** Listens, with bounds on headers, time, pace and connections. */
export async function listen(app: RequestListener, { host, port, limits, http }: Config): Promise<HttpServer> {
  let isDraining = false
  const server = createServer(
    {
      requestTimeout: limits.uploadTimeoutSeconds * SECOND_MS,
      headersTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: CHECK_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      maxHeaderSize: HEADER_BYTES_MAX,
    },
    (request, response) => (isDraining ? refuse(request, response) : app(request, response)),
  )
  server.maxConnections = limits.maxConnections
  // Behind a proxy all connections are the proxy's.
  if (http.proxyHops === 0) limitConnections(server, limits.maxAddressConnections)
  server.setTimeout(IDLE_TIMEOUT_MS)
  const exchanges = followExchanges(server)
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    // In the middle of another answer nothing can be said.
    if (isBusy(exchanges, socket) || !socket.writable || error.code === 'ECONNRESET') socket.destroy()
    else answerMalformed(error, socket)
  })
  const pace = keepPace(server, limits)
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new PortInUseError(port, error) : error),
    )
    server.listen(port, host, resolve)
  })
  const { address, family, port: taken } = server.address() as AddressInfo
  const name = address === '0.0.0.0' || address === '::' ? 'localhost' : family === 'IPv6' ? `[${address}]` : address
  const close = async (): Promise<void> => {
    // Who looks at `ready` sends elsewhere before anything is refused.
    await new Promise((resolve) => setTimeout(resolve, http.drainNoticeSeconds * SECOND_MS))
    isDraining = true
    await drainServer(server, exchanges, http.drainSeconds * SECOND_MS)
    pace.close()
  }
  return { url: `http://${name}:${taken}`, close }
}

/** Answers under way, by open connection. */
type Exchanges = Map<Socket, Set<ServerResponse>>

function followExchanges(server: NodeServer): Exchanges {
  const exchanges: Exchanges = new Map()
  server.on('connection', (socket: Socket) => {
    exchanges.set(socket, new Set())
    socket.once('close', () => exchanges.delete(socket))
  })
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    const underWay = exchanges.get(socket)
    underWay?.add(response)
    response.once('close', () => underWay?.delete(response))
  })
  return exchanges
}

function isBusy(exchanges: Exchanges, socket: Socket): boolean {
  return (exchanges.get(socket)?.size ?? 0) > 0
}

/**
 * NOTE: not by `closeIdleConnections`, which node's `close` calls, too: to it a connection is idle whose last answer was
 * written and has not gone out, and that answer would be cut off.
 */
function drainServer(server: NodeServer, exchanges: Exchanges, timeoutMs: number): Promise<void> {
  const endIdle = () => {
    for (const socket of exchanges.keys()) if (!isBusy(exchanges, socket)) socket.destroySoon()
  }
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      for (const socket of exchanges.keys()) socket.destroy()
    }, timeoutMs)
    const sweep = setInterval(endIdle, SWEEP_MS)
    NetServer.prototype.close.call(server, () => {
      clearTimeout(timer)
      clearInterval(sweep)
      // Ends what node itself repeats for the server; there is nothing left to cut off.
      server.close(() => resolve())
    })
    endIdle()
  })
}

/** Asked on a connection that was open before. */
function refuse(_request: IncomingMessage, response: ServerResponse): void {
  const { status, headers, body } = problemAnswer(new NotReadyError([CLOSING]))
  response.writeHead(status, { ...headers, 'Retry-After': '1', Connection: 'close' }).end(body)
}

/** What is no HTTP, or too much of it; node would say so without a problem document. */
function answerMalformed(error: NodeJS.ErrnoException, socket: Socket): void {
  const fault =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? `headers have more than ${HEADER_BYTES_MAX} bytes`
      : 'is not HTTP or came too slowly'
  const { status, headers, body } = problemAnswer(new RequestInvalidError([{ path: 'request', fault }]))
  const lines = Object.entries({ ...headers, 'Content-Length': Buffer.byteLength(body), Connection: 'close' })
  const head = lines.map(([key, value]) => `${key}: ${value}\r\n`).join('')
  socket.end(`HTTP/1.1 ${status} Refused\r\n${head}\r\n${body}`)
}

function problemAnswer(error: NotReadyError | RequestInvalidError) {
  const status = statusOf(error.code) ?? 500
  const headers = { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' }
  return { status, headers, body: toWire(problemOf(error, status)) }
}

/** One address does not take all connections there are. */
function limitConnections(server: NodeServer, max: number): void {
  const counts = new Map<string, number>()
  server.on('connection', (socket) => {
    const address = socket.remoteAddress ?? ''
    const count = (counts.get(address) ?? 0) + 1
    counts.set(address, count)
    socket.once('close', () => {
      const left = (counts.get(address) ?? 1) - 1
      if (left > 0) counts.set(address, left)
      else counts.delete(address)
    })
    if (count > max) socket.destroy()
  })
}
