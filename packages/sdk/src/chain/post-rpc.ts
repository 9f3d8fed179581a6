import { type FetchRequest, type GetUrlResponse, makeError } from 'ethers'

/** Longest wait for one whole answer of a node. */
const RPC_TIMEOUT_MS = 30_000
/** Largest answer taken of a node: many times a page of logs. */
export const RPC_BYTES_MAX = 64 * 1_024 * 1_024
/** How a connection ends that the other side had closed while it lay idle. */
const CLOSED_CODES = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])

/**
 * Sends a request once and takes an answer of at most `RPC_BYTES_MAX`; `signal` breaks its connection off. `isAgain`: the
 * connection is to be a new one, where there is a say in that: all that were kept may have been closed meanwhile.
 */
export type Post = (request: FetchRequest, signal: AbortSignal, isAgain: boolean) => Promise<GetUrlResponse>

/**
 * Sends a request of ethers. Its own way on Node keeps a connection open for as long as a silent node likes, also once
 * the call was given up, and fails where a kept connection was closed just as it was taken up again. Here a call is given
 * up with its connection, after 30 s or by `ending`, and one that met a closed connection is sent once more.
 *
 * NOTE: what is sent twice is harmless: calls read, and a node takes a signed transaction only once.
 */
export async function postRpc(post: Post, request: FetchRequest, ending: AbortSignal): Promise<GetUrlResponse> {
  // NOTE: not by AbortSignal.any: one signal for all calls would remember every one of them.
  const giveUp = new AbortController()
  const abort = () => giveUp.abort()
  const timer = setTimeout(abort, RPC_TIMEOUT_MS)
  ending.addEventListener('abort', abort)
  try {
    if (ending.aborted) abort()
    return await post(request, giveUp.signal, false).catch((error: unknown) => {
      if (giveUp.signal.aborted || !CLOSED_CODES.has(codeOf(error) ?? '')) throw error
      return post(request, giveUp.signal, true)
    })
  } catch (error) {
    // NOTE: no request in the error: its URL may have the key of the node's owner in it.
    if (ending.aborted) throw makeError('request cancelled', 'CANCELLED')
    if (giveUp.signal.aborted) {
      throw makeError('request timeout', 'TIMEOUT', { operation: 'request', reason: 'timeout' } as never)
    }
    const failure = makeError(`request failed: ${codeOf(error) ?? 'no answer'}`, 'NETWORK_ERROR', { event: 'request' })
    throw Object.assign(failure, { cause: error })
  } finally {
    clearTimeout(timer)
    ending.removeEventListener('abort', abort)
  }
}

/** What a connection failed of, in the word of the system. */
function codeOf(error: unknown): string | undefined {
  const { cause, code } = error as { cause?: { code?: unknown }; code?: unknown }
  const word = cause?.code ?? code
  return typeof word === 'string' ? word : undefined
}
