import { FetchRequest, type FetchResponse, type JsonRpcPayload, JsonRpcProvider, type JsonRpcResult } from 'ethers'
import { fetchPost } from './fetch-post.js'
import { type Post, postRpc } from './post-rpc.js'

/**
 * A provider set for an application that reads what it has just written: ethers' own default repeats an answer for
 * 250 ms, which is a stale balance or a used nonce on a fast chain.
 */
export function jsonRpcProvider(rpcUrl: string): JsonRpcProvider {
  return new EndingProvider(rpcUrl, fetchPost)
}

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })

/** A provider that leaves nothing under way behind. */
export class EndingProvider extends JsonRpcProvider {
  readonly #ending: AbortController

  constructor(rpcUrl: string, post: Post) {
    const ending = new AbortController()
    const request = new FetchRequest(rpcUrl)
    request.getUrlFunc = (sent) => postRpc(post, sent, ending.signal)
    super(request, undefined, { batchMaxCount: 1, cacheTimeout: -1, pollingInterval: 500, staticNetwork: true })
    this.#ending = ending
  }

  /** NOTE: ethers itself takes an answer apart character by character, ten times as long as the platform. */
  override async _send(payload: JsonRpcPayload | JsonRpcPayload[]): Promise<JsonRpcResult[]> {
    const request = this._getConnection()
    request.body = encoder.encode(JSON.stringify(payload))
    request.setHeader('content-type', 'application/json')
    const response = await request.send()
    response.assertOk()
    return [jsonOf(response)].flat() as JsonRpcResult[]
  }

  /** Gives up every call under way, however long the node would have taken: none keeps the process from ending. */
  override destroy(): void {
    this.#ending.abort()
    super.destroy()
  }
}

function jsonOf(response: FetchResponse): unknown {
  try {
    return JSON.parse(decoder.decode(response.body ?? new Uint8Array()))
  } catch {
    // Throws what ethers throws of an answer that is no JSON.
    return response.bodyJson
  }
}
