import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { toWire } from '@gristmill/protocol'

/** Answers one request; `body` is what was sent. */
export type Answer = (response: ServerResponse, body: Buffer, request: IncomingMessage) => unknown

export interface HostileServer extends AsyncDisposable {
  url: string
  /** By method and path without query, as `GET /v1/datatrust`; changed at will. */
  answers: Record<string, Answer>
  /** Given before the body is read. */
  early: Record<string, Answer>
  /** Of the last request. */
  last?: { request: IncomingMessage; body: Buffer }
}

/** A server that says whatever a test makes it say: what a datatrust that lies or breaks could answer. */
export async function startHostileServer(answers: HostileServer['answers'] = {}): Promise<HostileServer> {
  const server = createServer(async (request, response) => {
    const resource = `${request.method} ${request.url?.split('?')[0]}`
    const early = hostile.early[resource]
    if (early !== undefined) return early(response, Buffer.alloc(0), request)
    const body = await readBody(request)
    if (body === undefined) return
    hostile.last = { request, body }
    const answer = hostile.answers[resource]
    if (answer === undefined) problem(404, 'NOT_FOUND')(response, body, request)
    else answer(response, body, request)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const hostile: HostileServer = {
    url: `http://127.0.0.1:${port}`,
    answers,
    early: {},
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return hostile
}

/** Undefined if the client gave up. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer)
  } catch {
    return undefined
  }
  return Buffer.concat(chunks)
}

export function json(value: unknown): Answer {
  return (response) => response.writeHead(200, { 'content-type': 'application/json' }).end(toWire(value))
}

/** Bytes with their size and an ETag, as messages are sent. */
export function bytes(value: Uint8Array, etag = '"one"'): Answer {
  const headers = { 'content-type': 'application/octet-stream', 'content-length': value.length, etag }
  return (response) => response.writeHead(200, headers).end(value)
}

export function problem(status: number, code: string, more: Record<string, unknown> = {}): Answer {
  const body = { type: 'about:blank', title: code, status, code, ...more }
  return (response) =>
    response.writeHead(status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(body))
}
