import { createServer, type Server as NodeServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PortInUseError } from '@gristmill/protocol'
import type { Config } from './config/config.js'

const SECOND_MS = 1_000
const HEADERS_TIMEOUT_MS = 10 * SECOND_MS
const KEEP_ALIVE_TIMEOUT_MS = 5 * SECOND_MS
/** Longest silence on a connection, in either direction; longer than a transaction takes to be mined. */
const IDLE_TIMEOUT_MS = 240 * SECOND_MS
const MAX_CONNECTIONS = 256
/** How long requests under way may go on when the server closes. */
const CLOSE_MS = 2 * SECOND_MS

export interface HttpServer {
  /** Base URL. */
  readonly url: string
  close(): Promise<void>
}

/** Listens, with bounds on headers, time and connections. */
export async function listen(app: RequestListener, { host, port, limits }: Config): Promise<HttpServer> {
  const server = createServer(
    {
      requestTimeout: limits.uploadTimeoutSeconds * SECOND_MS,
      headersTimeout: HEADERS_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      maxHeaderSize: 16 * 1024,
    },
    app,
  )
  server.maxConnections = MAX_CONNECTIONS
  server.setTimeout(IDLE_TIMEOUT_MS)
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new PortInUseError(port, error) : error),
    )
    server.listen(port, host, resolve)
  })
  const { address, family, port: taken } = server.address() as AddressInfo
  const name = address === '0.0.0.0' || address === '::' ? 'localhost' : family === 'IPv6' ? `[${address}]` : address
  return { url: `http://${name}:${taken}`, close: () => closeServer(server) }
}

function closeServer(server: NodeServer): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), CLOSE_MS)
    server.close(() => {
      clearTimeout(timer)
      resolve()
    })
    server.closeIdleConnections()
  })
}
