import { fromWebStream } from '@gristmill/envelope'
import { encodeBase64, type FetchRequest, type GetUrlResponse, makeError, toUtf8Bytes } from 'ethers'
import { readBounded } from '../http/read-bounded.js'

/** Longest wait for one whole answer of a node. */
const RPC_TIMEOUT_MS = 30_000
/** Largest answer taken of a node: many times a page of logs. */
const RPC_BYTES_MAX = 64 * 1_024 * 1_024
/** How a connection ends that the other side had closed while it lay idle. */
const CLOSED_CODES = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])

/**
 * Sends a request of ethers. Its own way on Node keeps a connection open for as long as a silent node likes, also once
 * the call was given up, and fails where a kept connection was closed just as it was taken up again. Here a call is given
 * up with its connection, after 30 s or by `ending`, and one that met a closed connection is sent once more.
 *
 * NOTE: what is sent twice is harmless: calls read, and a node takes a signed transaction only once.
 */
export async function postRpc(request: FetchRequest, ending: AbortSignal): Promise<GetUrlResponse> {
  const timeout = AbortSignal.timeout(RPC_TIMEOUT_MS)
  const signal = AbortSignal.any([timeout, ending])
  try {
    return await post(request, signal).catch((error: unknown) => {
      if (signal.aborted || !CLOSED_CODES.has(codeOf(error) ?? '')) throw error
      return post(request, signal)
    })
  } catch (error) {
    // NOTE: no request in the error: its URL may have the key of the node's owner in it.
    if (ending.aborted) throw makeError('request cancelled', 'CANCELLED')
    if (timeout.aborted)
      throw makeError('request timeout', 'TIMEOUT', { operation: 'request', reason: 'timeout' } as never)
    const failure = makeError(`request failed: ${codeOf(error) ?? 'no answer'}`, 'NETWORK_ERROR', { event: 'request' })
    throw Object.assign(failure, { cause: error })
  }
}

async function post({ url, method, headers, body }: FetchRequest, signal: AbortSignal): Promise<GetUrlResponse> {
  const { href, authorization } = withoutCredentials(url)
  const response = await fetch(href, {
    method,
    headers: { ...authorization, ...headers },
    body: body as Uint8Array<ArrayBuffer> | null,
    signal,
  })
  const { status: statusCode, statusText: statusMessage } = response
  const bytes =
    response.body === null
      ? null
      : await readBounded(fromWebStream(response.body), RPC_BYTES_MAX, 'the node of the chain')
  return { statusCode, statusMessage, headers: Object.fromEntries(response.headers), body: bytes }
}

/** `fetch` takes no name and password in a URL. */
function withoutCredentials(url: string): { href: string; authorization?: Record<string, string> } {
  const parsed = new URL(url)
  const { username, password } = parsed
  if (username === '' && password === '') return { href: url }
  parsed.username = ''
  parsed.password = ''
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { href: parsed.href, authorization: { authorization: `Basic ${encodeBase64(toUtf8Bytes(credentials))}` } }
}

function codeOf(error: unknown): string | undefined {
  const { cause } = error as { cause?: { code?: unknown } }
  return typeof cause?.code === 'string' ? cause.code : undefined
}
