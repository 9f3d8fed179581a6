import { JsonRpcApiProvider, type JsonRpcError, type JsonRpcPayload, type JsonRpcResult } from 'ethers'
import { answerCall } from './answer-rpc.js'
import type { RpcHandler } from './rpc-methods.js'

/** An ethers provider that asks the chain in this process, without HTTP. */
export class ChainProvider extends JsonRpcApiProvider {
  readonly #handle: RpcHandler

  constructor(handle: RpcHandler, chainId: number) {
    super(chainId, { staticNetwork: true, batchMaxCount: 1, cacheTimeout: -1 })
    this.#handle = handle
    this._start()
  }

  override async _send(payload: JsonRpcPayload | JsonRpcPayload[]): Promise<(JsonRpcResult | JsonRpcError)[]> {
    const calls = Array.isArray(payload) ? payload : [payload]
    return (await Promise.all(calls.map((call) => answerCall(this.#handle, call)))) as (JsonRpcResult | JsonRpcError)[]
  }
}
