import type { IncomingMessage, Server, ServerResponse } from 'node:http'

const SECOND_MS = 1_000

export interface PaceParams {
  /** What a caller has to send, or to take, while we wait for them. */
  minBytesPerSecond: number
  /** Over which the pace is measured. */
  paceSeconds: number
}

interface Exchange {
  request: IncomingMessage
  response: ServerResponse
  sinceMs: number
  receivedBytes: number
  takenBytes: number
}

/**
 * Breaks connections whose caller sends a body, or takes an answer, slower than the floor. Only the caller's pace counts:
 * while we are the ones who read or write slowly, nothing is waited for.
 */
export function keepPace(server: Server, { minBytesPerSecond, paceSeconds }: PaceParams): { close(): void } {
  const exchanges = new Set<Exchange>()
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const exchange = { request, response, sinceMs: 0, receivedBytes: 0, takenBytes: 0 }
    mark(exchange)
    exchanges.add(exchange)
    response.once('close', () => exchanges.delete(exchange))
  })
  const intervalMs = (paceSeconds * SECOND_MS) / 4
  let lastMs = performance.now()
  const round = () => {
    // A round that is late was held up, and so was our reading: that is nobody's slowness but ours.
    const lateMs = Math.max(0, performance.now() - lastMs - intervalMs)
    lastMs = performance.now()
    for (const exchange of exchanges) {
      exchange.sinceMs += lateMs
      const elapsedMs = performance.now() - exchange.sinceMs
      if (elapsedMs < paceSeconds * SECOND_MS) continue
      if (isTooSlow(exchange, (minBytesPerSecond * elapsedMs) / SECOND_MS)) exchange.request.socket.destroy()
      else mark(exchange)
    }
  }
  const timer = setInterval(round, intervalMs)
  timer.unref()
  return { close: () => clearInterval(timer) }
}

function isTooSlow(exchange: Exchange, floorBytes: number): boolean {
  const { request, receivedBytes, takenBytes } = exchange
  const { socket } = request
  const isSending = !request.complete && request.readableLength === 0
  if (isSending && socket.bytesRead - receivedBytes < floorBytes) return true
  return socket.writableLength > 0 && takenOf(exchange) - takenBytes < floorBytes
}

function mark(exchange: Exchange): void {
  exchange.sinceMs = performance.now()
  exchange.receivedBytes = exchange.request.socket.bytesRead
  exchange.takenBytes = takenOf(exchange)
}

/** Bytes that have left this process. */
function takenOf({ request: { socket } }: Exchange): number {
  return socket.bytesWritten - socket.writableLength
}
