import type { z } from 'zod'

/** What one route takes and answers; the OpenAPI document is made of these, and of the schemas they name. */
export interface Operation {
  /** Unique; what generated clients call it. */
  id: string
  method: 'get' | 'post' | 'put'
  /** As express has it: `/v1/orders/:orderId`. Every parameter is 32 bytes as hexadecimal. */
  path: string
  /** What it is for, in one line. */
  summary: string
  /** What else a caller has to know. */
  description?: string
  /** Who may ask: everybody, or an account that signs the request. */
  access: 'public' | 'signed'
  query?: z.ZodObject
  /** Request headers that change the answer. */
  headers?: readonly RequestHeader[]
  body?: Content
  answers: readonly Answer[]
  /** Codes of refusals; those of every request, of signing and of sending a body are added. */
  problems: readonly string[]
  /** False where limits and draining have no part in it. */
  isLimited?: boolean
}

export type RequestHeader = 'Range' | 'If-Range' | 'If-None-Match'

/** A body: JSON of a schema, or bytes of a media type. */
export type Content = { json: z.ZodType } | { mediaType: string }

export interface Answer {
  status: number
  meaning: string
  content?: Content
  /** Response headers a caller may rely on. */
  headers?: readonly string[]
}

/** The usual answer: 200 with JSON. */
export function answersJson(json: z.ZodType, meaning: string): readonly Answer[] {
  return [{ status: 200, meaning, content: { json } }]
}
