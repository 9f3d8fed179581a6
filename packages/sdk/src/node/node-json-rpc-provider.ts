import type { JsonRpcProvider } from 'ethers'
import { EndingProvider } from '../chain/json-rpc-provider.js'
import { httpPost } from './http-post.js'

/** `jsonRpcProvider` by Node's own client: for programs that ask a node often or are short of memory. */
export function nodeJsonRpcProvider(rpcUrl: string): JsonRpcProvider {
  return new EndingProvider(rpcUrl, httpPost)
}
