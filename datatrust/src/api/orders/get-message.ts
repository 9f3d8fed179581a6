import { pipeline } from 'node:stream/promises'
import { toReadable } from '@gristmill/envelope/node'
import { bytes32Schema } from '@gristmill/protocol'
import type { Express, Request, Response } from 'express'
import { authenticate } from '../../auth/authenticate.js'
import type { Context } from '../../context.js'
import { collectOrder, requireCollectable } from '../../orders/collect-order.js'
import { type Message, openMessageOf } from '../../orders/message.js'
import { rangeOf } from '../range.js'
import { parse } from '../read-body.js'

const CACHE_CONTROL = 'private, no-store, no-transform'

/**
 * GET /v1/orders/:orderId/message, to its buyer: an OpenPGP message, whole or one range of it, as often as asked for.
 * The first collection of data marks the order delivered; HEAD marks nothing.
 */
export function getMessage(app: Express, ctx: Context): void {
  app.get('/v1/orders/:orderId/message', async (request, response) => {
    const orderId = parse(bytes32Schema, request.params.orderId, 'orderId')
    const account = await authenticate(ctx, request)
    const collect = request.method === 'HEAD' ? requireCollectable : collectOrder
    const message = await openMessageOf(ctx, await collect(ctx, orderId, account))
    await sendMessage(request, response, message)
  })
}

async function sendMessage(request: Request, response: Response, message: Message): Promise<void> {
  const { sizeBytes, etag } = message
  response.set({ 'Cache-Control': CACHE_CONTROL, 'Accept-Ranges': 'bytes', ETag: etag })
  if (names(request.headers['if-none-match'], etag)) {
    response.status(304).end()
    return
  }
  const range = isRangeMeant(request, etag) ? rangeOf(request.headers.range, sizeBytes) : undefined
  const { start, end } = range ?? { start: 0, end: sizeBytes }
  response.status(range === undefined ? 200 : 206).set({
    'Content-Type': 'application/octet-stream',
    'Content-Length': String(end - start),
    ...(range === undefined ? {} : { 'Content-Range': `bytes ${start}-${end - 1}/${sizeBytes}` }),
  })
  if (request.method === 'HEAD') {
    response.end()
    return
  }
  await pipeline(toReadable(message.read(start, end)), response)
}

/** A range is for GET, and only of the message that If-Range names; a date there matches nothing. */
function isRangeMeant({ method, headers }: Request, etag: string): boolean {
  return method === 'GET' && (headers['if-range'] === undefined || headers['if-range'] === etag)
}

/** True if a list of entity tags names this one, compared weakly as RFC 9110 asks for If-None-Match. */
function names(list: string | undefined, etag: string): boolean {
  const tags = list?.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return tags !== undefined && (tags.includes(etag) || tags.includes('*'))
}
