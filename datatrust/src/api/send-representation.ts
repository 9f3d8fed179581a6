import type { ByteSource } from '@gristmill/envelope'
import type { Request, Response } from 'express'
import type { Delivery } from '../audit/delivery.js'
import type { Representation } from '../orders/representation.js'
import { rangeOf } from './range.js'
import { sendBytes } from './send-bytes.js'

const CACHE_CONTROL = 'private, no-store, no-transform'

/**
 * Answers with bytes that are one buyer's, whole or one range of them; a client that has them already is told so. What
 * leaves is on record before it does.
 */
export async function sendRepresentation(
  request: Request,
  response: Response,
  representation: Representation,
  delivery: Delivery,
): Promise<void> {
  const { sizeBytes, etag } = representation
  response.set({ 'Cache-Control': CACHE_CONTROL, 'Accept-Ranges': 'bytes', ETag: etag })
  if (names(request.headers['if-none-match'], etag)) {
    response.status(304).end()
    return
  }
  const range = isRangeMeant(request, etag) ? rangeOf(request.headers.range, sizeBytes) : undefined
  const { start, end } = range ?? { start: 0, end: sizeBytes }
  if (request.method !== 'HEAD') await delivery.begin(end - start)
  response.status(range === undefined ? 200 : 206).set({
    'Content-Type': 'application/octet-stream',
    'Content-Length': String(end - start),
    ...(range === undefined ? {} : { 'Content-Range': `bytes ${start}-${end - 1}/${sizeBytes}` }),
  })
  if (request.method === 'HEAD') {
    response.end()
    return
  }
  await sendBytes(response, counted(representation.read(start, end), delivery))
}

/** Adds up what is sent. Written down before the answer ends: who is about to end waits for it, as for the answer. */
async function* counted(source: ByteSource, delivery: Delivery): AsyncGenerator<Uint8Array, void, undefined> {
  let sentBytes = 0
  try {
    for await (const chunk of source) {
      sentBytes += chunk.length
      yield chunk
    }
  } finally {
    await delivery.end(sentBytes)
  }
}

/** A range is for GET, and only of the representation that If-Range names; a date there matches nothing. */
function isRangeMeant({ method, headers }: Request, etag: string): boolean {
  return method === 'GET' && (headers['if-range'] === undefined || headers['if-range'] === etag)
}

/** True if a list of entity tags names this one, compared weakly as RFC 9110 asks for If-None-Match. */
function names(list: string | undefined, etag: string): boolean {
  const tags = list?.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return tags !== undefined && (tags.includes(etag) || tags.includes('*'))
}
