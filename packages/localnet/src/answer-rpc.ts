import { INTERNAL_ERROR, INVALID_PARAMS, INVALID_REQUEST, PARSE_ERROR, RpcError } from './rpc-error.js'
import type { RpcHandler } from './rpc-methods.js'

const MAX_BATCH = 500

/** The answer to a JSON-RPC body: one call, or a batch that is answered in order. */
export async function answerRpc(handle: RpcHandler, body: string): Promise<object> {
  let payload: unknown
  try {
    payload = JSON.parse(body)
  } catch {
    return failure(null, new RpcError(PARSE_ERROR, 'the body is not JSON'))
  }
  if (!Array.isArray(payload)) return await answerCall(handle, payload)
  if (payload.length === 0 || payload.length > MAX_BATCH) {
    return failure(null, new RpcError(INVALID_REQUEST, `a batch holds 1..${MAX_BATCH} calls`))
  }
  const answers: object[] = []
  for (const call of payload) answers.push(await answerCall(handle, call))
  return answers
}

/** The answer to one JSON-RPC call; never throws. */
export async function answerCall(handle: RpcHandler, call: unknown): Promise<object> {
  const { id = null, method, params = [] } = (call ?? {}) as { id?: unknown; method?: unknown; params?: unknown }
  if (typeof method !== 'string') return failure(id, new RpcError(INVALID_REQUEST, 'a call names its method'))
  if (!Array.isArray(params)) return failure(id, new RpcError(INVALID_PARAMS, 'params is a list'))
  try {
    return { jsonrpc: '2.0', id, result: (await handle(method, params)) ?? null }
  } catch (error) {
    return failure(id, error)
  }
}

function failure(id: unknown, error: unknown): object {
  const known = error instanceof RpcError ? error : new RpcError(INTERNAL_ERROR, (error as Error).message)
  const { code, message, data } = known
  return { jsonrpc: '2.0', id, error: data === undefined ? { code, message } : { code, message, data } }
}
