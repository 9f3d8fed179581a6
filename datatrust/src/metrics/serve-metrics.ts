import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PortInUseError } from '@gristmill/protocol'
import type { Context } from '../context.js'
import { collectMetrics } from './collect-metrics.js'

const LOOPBACK = '127.0.0.1'
const REQUEST_TIMEOUT_MS = 10_000
const CONNECTIONS_MAX = 16

/** Where metrics are read. */
export interface MetricsServer extends AsyncDisposable {
  readonly url: string
}

/**
 * GET /v1/metrics on a port of its own, on loopback only: behind a reverse proxy on the same machine every request comes
 * from loopback, so the port of the API cannot tell the operator from the world.
 */
export async function serveMetrics(ctx: Context, port: number): Promise<MetricsServer> {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    if (request.method !== 'GET' || request.url !== '/v1/metrics') {
      response.writeHead(404).end()
      return
    }
    collectMetrics(ctx).then(
      (text) => response.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text),
      (error: unknown) => {
        ctx.log.warn({ err: error }, 'no metrics')
        response.writeHead(503).end()
      },
    )
  })
  server.maxConnections = CONNECTIONS_MAX
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new PortInUseError(port, error) : error),
    )
    server.listen(port, LOOPBACK, resolve)
  })
  return {
    url: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}/v1/metrics`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
