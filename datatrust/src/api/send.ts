import { toWire } from '@gristmill/protocol'
import type { Response } from 'express'

/** Answers with JSON, bigints as decimal strings; meant for the caller only. */
export function sendJson(response: Response, value: object, status = 200): void {
  response.status(status).set({ 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }).send(toWire(value))
}
