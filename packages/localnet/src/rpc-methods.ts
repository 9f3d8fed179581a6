import type { Chain } from './chain.js'
import { INTERNAL_ERROR, INVALID_PARAMS, METHOD_NOT_FOUND, RpcError } from './rpc-error.js'

/** Answers one JSON-RPC call; throws RpcError, or the error that ended the chain. */
export type RpcHandler = (method: string, params: readonly unknown[]) => Promise<unknown>

/** What a wallet or a library asks about a chain, answered by the EVM as it is. */
const READS: ReadonlySet<string> = new Set([
  'eth_accounts',
  'eth_blockNumber',
  'eth_chainId',
  'eth_feeHistory',
  'eth_gasPrice',
  'eth_getBalance',
  'eth_getBlockByHash',
  'eth_getBlockTransactionCountByHash',
  'eth_getBlockTransactionCountByNumber',
  'eth_getCode',
  'eth_getFilterChanges',
  'eth_getFilterLogs',
  'eth_getLogs',
  'eth_getStorageAt',
  'eth_getTransactionByBlockHashAndIndex',
  'eth_getTransactionByBlockNumberAndIndex',
  'eth_getTransactionByHash',
  'eth_getTransactionCount',
  'eth_getTransactionReceipt',
  'eth_maxPriorityFeePerGas',
  'eth_syncing',
  'eth_uninstallFilter',
  'net_listening',
  'net_peerCount',
  'net_version',
  'web3_clientVersion',
  'web3_sha3',
])

const NEW_FILTERS: ReadonlySet<string> = new Set([
  'eth_newBlockFilter',
  'eth_newFilter',
  'eth_newPendingTransactionFilter',
])
const MAX_FILTERS = 256

const YEAR_SECONDS = 365 * 86_400
const MAX_ADVANCE_SECONDS = 10 * YEAR_SECONDS
const MAX_RAW_LENGTH = 512 * 1024

/** What may be asked of a chain from outside; nothing that could rewrite it. */
export function createRpcHandler(chain: Chain): RpcHandler {
  const filters: unknown[] = []

  const addFilter: RpcHandler = async (method, params) => {
    const filter = await chain.read(method, params)
    filters.push(filter)
    if (filters.length > MAX_FILTERS) await chain.read('eth_uninstallFilter', [filters.shift()])
    return filter
  }

  return async (method, params) => {
    if (READS.has(method)) return await chain.read(method, params)
    if (NEW_FILTERS.has(method)) return await addFilter(method, params)
    switch (method) {
      case 'eth_sendRawTransaction':
        return await chain.submit(rawOf(params))
      case 'eth_call':
      case 'eth_estimateGas':
        return await readState(chain, method, params)
      case 'eth_getBlockByNumber':
        return params[0] === 'pending' ? await readPendingBlock(chain, params) : await chain.read(method, params)
      case 'gristmill_advance':
        return await chain.advance(secondsOf(params))
      case 'gristmill_describe':
        return describe(chain)
      default:
        throw new RpcError(METHOD_NOT_FOUND, `method ${method.slice(0, 64)} is not offered here`)
    }
  }
}

/**
 * Blocks come only with transactions here, so the latest one may be hours old: a call about now is answered as a
 * transaction sent now would find the chain.
 */
async function readState(chain: Chain, method: string, params: readonly unknown[]): Promise<unknown> {
  const [transaction, block = 'latest', ...overrides] = params
  if (block !== 'latest' && block !== 'pending') return await chain.read(method, params)
  return await chain.readNow(method, [transaction, 'pending', ...overrides])
}

async function readPendingBlock(chain: Chain, params: readonly unknown[]): Promise<unknown> {
  const block = (await chain.readNow('eth_getBlockByNumber', params)) as Record<string, unknown>
  const latest = BigInt((await chain.read('eth_blockNumber', [])) as string)
  return { ...block, number: `0x${(latest + 1n).toString(16)}` }
}

function describe(chain: Chain): object {
  const { ready, genesis } = chain
  if (ready === undefined) throw new RpcError(INTERNAL_ERROR, 'the chain is still being set up: try again')
  return { chainId: genesis.chainId, deployment: ready.deployment, token: ready.token }
}

function rawOf([raw]: readonly unknown[]): string {
  if (typeof raw === 'string' && raw.length <= MAX_RAW_LENGTH && /^0x([0-9a-f]{2})+$/i.test(raw)) return raw
  throw new RpcError(INVALID_PARAMS, `a raw transaction is 0x-hex of at most ${MAX_RAW_LENGTH} characters`)
}

function secondsOf([seconds]: readonly unknown[]): number {
  if (typeof seconds === 'number' && Number.isInteger(seconds) && seconds >= 1 && seconds <= MAX_ADVANCE_SECONDS) {
    return seconds
  }
  throw new RpcError(INVALID_PARAMS, `seconds is a whole number of 1..${MAX_ADVANCE_SECONDS}`)
}
