import { lookup as lookUp } from 'node:dns'
import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { LookupFunction } from 'node:net'
import { FetchAnswerError, FetchTimeoutError, FetchUnreachableError } from './fetch-errors.js'
import { type FetchPolicy, isTrusted, parseFetchUrl } from './fetch-policy.js'
import { isPublicAddress } from './public-address.js'

const REDIRECTS_MAX = 5
const REDIRECTS = new Set([301, 302, 303, 307, 308])
const SECOND_MS = 1_000

/** What `openSource` takes. */
export interface OpenSourceParams {
  policy: FetchPolicy
  /** What the content has to have, where the server says how much it has. */
  sizeBytes: number
  /** That the server has to send while it is waited for. */
  minBytesPerSecond: number
  /** Over which that is measured; and for which an answer is waited for. */
  paceSeconds: number
  /** For all of it. */
  timeoutSeconds: number
  /** Ends it. */
  signal: AbortSignal
  /** How a name is looked up; default: as the system does. */
  lookup?: typeof lookUp
}

/**
 * The content under a URL as it comes. A name is looked up once for each connection, and the connection goes to the very
 * addresses that were found and checked; a redirection is a URL like the first one. Nothing is sent along that tells who asks.
 * Throws FetchUrlError, FetchNotAllowedError, FetchUnreachableError, FetchAnswerError and FetchTimeoutError.
 */
export async function* openSource(text: string, params: OpenSourceParams): AsyncGenerator<Uint8Array, void, undefined> {
  const timeout = AbortSignal.timeout(params.timeoutSeconds * SECOND_MS)
  const within = { ...params, timeout, ends: AbortSignal.any([params.signal, timeout]) }
  const { url, response } = await follow(text, within)
  try {
    requireContent(url, response, params)
    yield* pace(url, response, within)
  } finally {
    response.destroy()
  }
}

interface Within extends OpenSourceParams {
  timeout: AbortSignal
  ends: AbortSignal
}

async function follow(text: string, params: Within): Promise<{ url: URL; response: IncomingMessage }> {
  let url = parseFetchUrl(text, params.policy)
  for (let redirects = 0; ; redirects += 1) {
    const response = await ask(url, params)
    if (!REDIRECTS.has(response.statusCode ?? 0)) return { url, response }
    response.destroy()
    const { location } = response.headers
    const target = location === undefined ? null : URL.parse(location, url.href)
    if (target === null) throw new FetchAnswerError(url.host, 'a redirection to nowhere')
    if (redirects === REDIRECTS_MAX) throw new FetchAnswerError(url.host, `more than ${REDIRECTS_MAX} redirections`)
    url = parseFetchUrl(target.href, params.policy)
  }
}

function ask(url: URL, params: Within): Promise<IncomingMessage> {
  const { policy, paceSeconds, ends: signal } = params
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  const lookup = isTrusted(url, policy) ? {} : { lookup: publicLookup(params.lookup ?? lookUp) }
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const timer = setTimeout(() => asked.destroy(new FetchTimeoutError(url.host, paceSeconds)), paceSeconds * SECOND_MS)
  // No agent: a connection is for this URL and this check only.
  const asked = request(url, { agent: false, signal, ...lookup, headers: { 'accept-encoding': 'identity' } })
  asked.once('response', resolve)
  asked.on('error', (error) => reject(causeOf(url, error, params)))
  asked.end()
  return promise.finally(() => clearTimeout(timer))
}

function causeOf({ host }: URL, error: unknown, { signal, timeout, timeoutSeconds }: Within): unknown {
  if (error instanceof FetchTimeoutError) return error
  if (signal.aborted) return signal.reason
  if (timeout.aborted) return new FetchAnswerError(host, `less than all of it in ${timeoutSeconds} seconds`)
  return new FetchUnreachableError(host, error)
}

/** Looks a name up and gives its addresses if all of them are public. */
function publicLookup(lookup: typeof lookUp): LookupFunction {
  return (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, '')
      const [first] = addresses
      if (first === undefined || !addresses.every(({ address }) => isPublicAddress(address))) {
        return callback(new Error(`${host} is not public`), '')
      }
      if (options.all === true) callback(null, addresses)
      else callback(null, first.address, first.family)
    })
  }
}

function requireContent(
  { host }: URL,
  { statusCode, headers }: IncomingMessage,
  { sizeBytes }: OpenSourceParams,
): void {
  if (statusCode !== 200) {
    const retryable = statusCode === 429 || (statusCode ?? 0) >= 500
    throw new FetchAnswerError(host, `status ${statusCode}`, { retryable })
  }
  const encoding = headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity') throw new FetchAnswerError(host, `a content encoding, ${encoding.slice(0, 20)}`)
  const length = headers['content-length']
  if (length !== undefined && Number(length) !== sizeBytes) {
    throw new FetchAnswerError(host, `${Number(length)} bytes, not the ${sizeBytes} announced`)
  }
}

/** Passes on what comes; only the time in which we wait counts. */
async function* pace(url: URL, response: IncomingMessage, params: Within): AsyncGenerator<Uint8Array, void, undefined> {
  const { minBytesPerSecond, paceSeconds } = params
  let waitedMs = 0
  let bytes = 0
  const chunks = response.iterator({ destroyOnReturn: true })
  for (;;) {
    const startedAt = performance.now()
    const timer = setTimeout(
      () => response.destroy(new FetchTimeoutError(url.host, paceSeconds)),
      paceSeconds * SECOND_MS - waitedMs,
    )
    const next = await chunks
      .next()
      .catch((error: unknown) => {
        throw causeOf(url, error, params)
      })
      .finally(() => clearTimeout(timer))
    if (next.done === true) return
    const chunk = next.value as Uint8Array
    waitedMs += performance.now() - startedAt
    bytes += chunk.length
    if (bytes >= (minBytesPerSecond * waitedMs) / SECOND_MS) {
      waitedMs = 0
      bytes = 0
    }
    yield chunk
  }
}
