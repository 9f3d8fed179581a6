import { createHash } from 'node:crypto'
import type { Hex } from '@gristmill/protocol'
import type { Request } from 'express'
import type { z } from 'zod'
import { BodyTooLargeError, RequestInvalidError, UnsupportedMediaTypeError } from './request-errors.js'

const BODY_TIMEOUT_MS = 30_000

export interface JsonBody<T> {
  value: T
  /** sha256 of the body as sent: what the caller signed. */
  bodyHash: Hex
}

/** Reads a whole body of at most `maxBytes`, within 30 seconds. */
export async function readBody(request: Request, maxBytes: number): Promise<Buffer> {
  if (request.headers['content-encoding'] !== undefined) throw new UnsupportedMediaTypeError('plain bytes')
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw new BodyTooLargeError(maxBytes)
  const timer = setTimeout(() => request.destroy(), BODY_TIMEOUT_MS)
  try {
    const chunks: Buffer[] = []
    let sizeBytes = 0
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length
      if (sizeBytes > maxBytes) throw new BodyTooLargeError(maxBytes)
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  } finally {
    clearTimeout(timer)
  }
}

/** Reads a JSON body and checks it against its schema. */
export async function readJson<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
  maxBytes: number,
): Promise<JsonBody<z.output<Schema>>> {
  const mediaType = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase()
  if (mediaType !== 'application/json') throw new UnsupportedMediaTypeError('application/json')
  const body = await readBody(request, maxBytes)
  return { value: parse(schema, parseJson(body)), bodyHash: sha256Hex(body) }
}

/** Checks a path or query parameter. */
export function parse<Schema extends z.ZodType>(schema: Schema, value: unknown, name?: string): z.output<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  if (name === undefined) throw RequestInvalidError.of(result.error)
  throw new RequestInvalidError([{ path: name, fault: result.error.issues[0]?.message ?? 'is invalid' }])
}

export function sha256Hex(bytes: Uint8Array): Hex {
  return `0x${createHash('sha256').update(bytes).digest('hex')}`
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    throw new RequestInvalidError([{ path: 'body', fault: 'is not JSON in UTF-8' }])
  }
}
