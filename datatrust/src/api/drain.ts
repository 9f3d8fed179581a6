import type { Request } from 'express'

const DRAIN_MS = 2_000

/**
 * Lets a caller who is still sending read the answer: closing at once would reset the connection, and the answer
 * with it. What still comes is thrown away, for a short while.
 */
export function drain(request: Request): void {
  if (request.complete || request.destroyed) return
  const timer = setTimeout(() => request.socket.destroy(), DRAIN_MS)
  request.once('end', () => clearTimeout(timer))
  request.once('close', () => clearTimeout(timer))
  request.resume()
}
