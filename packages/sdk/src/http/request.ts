import { fromWebStream } from '@gristmill/envelope'
import { type Hex, problemSchema, type SignedRequest, toWire, ZERO_BYTES32 } from '@gristmill/protocol'
import { sha256, toUtf8Bytes } from 'ethers'
import type { z } from 'zod'
import { type Connection, requireDatatrust } from '../connection.js'
import {
  BadAnswerError,
  DatatrustError,
  DatatrustTimeoutError,
  DatatrustUnreachableError,
} from '../errors/datatrust-errors.js'
import type { SessionKey } from '../orders/session-key.js'
import { authorize } from './authorize.js'
import { type IdleTimer, startIdleTimer } from './idle-timer.js'
import { JSON_BYTES_MAX, PROBLEM_BYTES_MAX } from './limits.js'
import { readBounded } from './read-bounded.js'

export interface RequestParams {
  method: SignedRequest['method'] | 'HEAD'
  /** Path below the datatrust's URL, with its query. */
  path: string
  /** Sent as JSON and covered by the signature. */
  json?: unknown
  /** Sent as it is; not covered by the signature. */
  bytes?: AsyncIterable<Uint8Array> | Uint8Array
  /** Not covered by the signature. */
  headers?: Readonly<Record<string, string>>
  /** Who asks: the client's account or the session key of an order, signed, or nobody. */
  as: 'account' | SessionKey | 'public'
  /** Longest silence, ms; default: the endpoint's. */
  idleTimeoutMs?: number
}

/** A good answer. */
export interface Answer {
  status: number
  headers: Headers
  /** The body as it comes. */
  bytes: AsyncIterable<Uint8Array>
}

/** Sends a request and gives a good answer; a refusal is a DatatrustError. */
export async function request(connection: Connection, params: RequestParams): Promise<Answer> {
  const { url, idleTimeoutMs } = requireDatatrust(connection)
  const timeoutMs = params.idleTimeoutMs ?? idleTimeoutMs
  const timer = startIdleTimer(timeoutMs)
  try {
    const response = await fetch(url + params.path, await requestInit(connection, params, timer))
    timer.restart()
    if (!response.ok) throw await problemOf(response, params.path, url)
    timer.stop()
    const { status, headers } = response
    return { status, headers, bytes: bodyOf(response, timer, url, timeoutMs) }
  } catch (error) {
    timer.stop()
    throw typed(error, timer, url, timeoutMs)
  }
}

/** The same, for whom only the body matters. */
export async function requestBytes(connection: Connection, params: RequestParams): Promise<AsyncIterable<Uint8Array>> {
  return (await request(connection, params)).bytes
}

export interface RequestJsonParams<Schema extends z.ZodType> extends RequestParams {
  /** What a good answer is. */
  schema: Schema
  /** Largest answer taken, bytes. */
  maxBytes?: number
}

/** Sends a request and gives its checked JSON answer. */
export async function requestJson<Schema extends z.ZodType>(
  connection: Connection,
  params: RequestJsonParams<Schema>,
): Promise<z.output<Schema>> {
  const { path, schema, maxBytes = JSON_BYTES_MAX } = params
  const bytes = await readBounded(await requestBytes(connection, params), maxBytes, path)
  const parsed = schema.safeParse(parseJson(bytes, path))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new BadAnswerError(path, `${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'invalid'}`)
}

/** Sends a request whose answer says no more than that it worked. */
export async function requestDone(connection: Connection, params: RequestParams): Promise<void> {
  await readBounded(await requestBytes(connection, params), JSON_BYTES_MAX, params.path)
}

async function requestInit(connection: Connection, params: RequestParams, timer: IdleTimer): Promise<RequestInit> {
  const { method, path, json, bytes } = params
  const headers: Record<string, string> = { accept: 'application/json, application/octet-stream', ...params.headers }
  const text = json === undefined ? undefined : toWire(json)
  if (text !== undefined) headers['content-type'] = 'application/json'
  if (bytes !== undefined) headers['content-type'] = 'application/octet-stream'
  if (params.as !== 'public') {
    const session = params.as === 'account' ? undefined : params.as
    const { url, card } = requireDatatrust(connection)
    const { datatrust } = await card()
    const { pathname, search } = new URL(url + path)
    const bodyHash = text === undefined ? ZERO_BYTES32 : (sha256(toUtf8Bytes(text)) as Hex)
    // One signature covers GET and HEAD: they say the same.
    const signed = { method: method === 'HEAD' ? ('GET' as const) : method, resource: pathname + search, bodyHash }
    headers.authorization = await authorize(connection, { datatrust, session, ...signed })
    // A person may have taken their time in the wallet.
    timer.restart()
  }
  // A redirect would carry the signature to somebody else.
  const init: RequestInit = { method, headers, redirect: 'error', signal: timer.signal }
  if (text !== undefined) return { ...init, body: text }
  if (bytes instanceof Uint8Array) return { ...init, body: bytes as Uint8Array<ArrayBuffer> }
  if (bytes !== undefined) return { ...init, body: toStream(bytes, timer), duplex: 'half' } as RequestInit
  return init
}

function toStream(source: AsyncIterable<Uint8Array>, timer: IdleTimer): ReadableStream<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]()
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await iterator.next()
      timer.restart()
      if (done === true) controller.close()
      else controller.enqueue(value)
    },
    async cancel() {
      await iterator.return?.()
    },
  })
}

async function* bodyOf(
  response: Response,
  timer: IdleTimer,
  url: string,
  timeoutMs: number,
): AsyncGenerator<Uint8Array> {
  try {
    if (response.body === null) return
    timer.restart()
    for await (const chunk of fromWebStream(response.body)) {
      // What the reader does with it is not the datatrust's silence.
      timer.pause()
      yield chunk
      timer.restart()
    }
  } catch (error) {
    throw typed(error, timer, url, timeoutMs)
  } finally {
    timer.stop()
  }
}

/** What a proxy says while the datatrust behind it is away, without a problem document. */
const AWAY_STATUSES = [502, 503, 504]

async function problemOf(response: Response, path: string, url: string): Promise<Error> {
  const bytes =
    response.body === null ? new Uint8Array() : await readBounded(fromWebStream(response.body), PROBLEM_BYTES_MAX, path)
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') === true
  if (!isProblem && AWAY_STATUSES.includes(response.status)) {
    return new DatatrustUnreachableError(url, new Error(`status ${response.status}`))
  }
  const parsed = problemSchema.safeParse(parseJson(bytes, path))
  if (!parsed.success) return new BadAnswerError(path, `status ${response.status} without a problem document`)
  return new DatatrustError(parsed.data, response.status, path)
}

function parseJson(bytes: Uint8Array, path: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new BadAnswerError(path, 'not JSON', cause)
  }
}

/** Failures of fetch become ours; anything else passes, above all what the source of an upload threw. */
function typed(error: unknown, timer: IdleTimer, url: string, timeoutMs: number): unknown {
  if (timer.signal.aborted) return new DatatrustTimeoutError(url, timeoutMs)
  const isFetchFailure = error instanceof TypeError && !('code' in error)
  return isFetchFailure ? new DatatrustUnreachableError(url, error) : error
}
