import { FetchRequest, JsonRpcProvider } from 'ethers'
import { fetchPost } from './fetch-post.js'
import { type Post, postRpc } from './post-rpc.js'

/**
 * A provider set for an application that reads what it has just written: ethers' own default repeats an answer for
 * 250 ms, which is a stale balance or a used nonce on a fast chain.
 */
export function jsonRpcProvider(rpcUrl: string): JsonRpcProvider {
  return new EndingProvider(rpcUrl, fetchPost)
}

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

  /** Gives up every call under way, however long the node would have taken: none keeps the process from ending. */
  override destroy(): void {
    this.#ending.abort()
    super.destroy()
  }
}
