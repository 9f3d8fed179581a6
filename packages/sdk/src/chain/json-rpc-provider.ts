import { FetchRequest, JsonRpcProvider } from 'ethers'

/** Longest wait for one answer of a node. */
const RPC_TIMEOUT_MS = 30_000

/**
 * A provider set for an application that reads what it has just written: ethers' own default repeats an answer for
 * 250 ms, which is a stale balance or a used nonce on a fast chain.
 */
export function jsonRpcProvider(rpcUrl: string): JsonRpcProvider {
  const request = new FetchRequest(rpcUrl)
  request.timeout = RPC_TIMEOUT_MS
  return new JsonRpcProvider(request, undefined, {
    batchMaxCount: 1,
    cacheTimeout: -1,
    pollingInterval: 500,
    staticNetwork: true,
  })
}
