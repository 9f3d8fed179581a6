/** An error as JSON-RPC carries it; `data` holds the revert data of a call, 0x-hex. */
export class RpcError extends Error {
  override readonly name = 'RpcError'
  readonly code: number
  readonly data: string | undefined

  constructor(code: number, message: string, data?: string) {
    super(message)
    this.code = code
    this.data = data
  }
}

export const PARSE_ERROR = -32700
export const INVALID_REQUEST = -32600
export const METHOD_NOT_FOUND = -32601
export const INVALID_PARAMS = -32602
export const INTERNAL_ERROR = -32603
export const TRANSACTION_REJECTED = -32000
/** What nodes answer to a call that reverts. */
export const EXECUTION_REVERTED = 3
