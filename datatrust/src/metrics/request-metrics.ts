import type { RequestHandler } from 'express'
import { Counter, exposed, Histogram } from './exposition.js'

/** Under which everything is counted that no route answers. */
const NO_ROUTE = 'none'

/** What requests came to: by route and status, so that there are never more series than routes and statuses. */
export class RequestMetrics {
  readonly #requests = new Counter()
  readonly #durations = new Histogram()
  readonly #received = new Counter()
  readonly #sent = new Counter()

  /** First middleware: watches every answer. */
  readonly watch: RequestHandler = (request, response, next) => {
    const beganMs = performance.now()
    const { socket } = request
    const [receivedBytes, sentBytes] = [socket.bytesRead, socket.bytesWritten]
    response.once('close', () => {
      const path: unknown = request.route?.path
      const route = typeof path === 'string' ? path : NO_ROUTE
      // What broke off before its end has no status of its own.
      const status = response.writableFinished ? String(response.statusCode) : 'aborted'
      this.#requests.add({ route, status })
      this.#durations.observe({ route }, (performance.now() - beganMs) / 1_000)
      this.#received.add({ route }, socket.bytesRead - receivedBytes)
      this.#sent.add({ route }, socket.bytesWritten - sentBytes)
    })
    next()
  }

  exposed(): string {
    const bytes = 'of connections while they were asked, headers of the first request excepted'
    return [
      exposed(
        { name: 'gristmill_http_requests_total', help: 'Requests by route and status.', type: 'counter' },
        this.#requests.samples(),
      ),
      exposed(
        { name: 'gristmill_http_request_seconds', help: 'From a request to the end of its answer.', type: 'histogram' },
        this.#durations.samples(),
      ),
      exposed(
        { name: 'gristmill_http_received_bytes_total', help: `Bytes received ${bytes}.`, type: 'counter' },
        this.#received.samples(),
      ),
      exposed(
        { name: 'gristmill_http_sent_bytes_total', help: `Bytes sent ${bytes}.`, type: 'counter' },
        this.#sent.samples(),
      ),
    ].join('')
  }
}
