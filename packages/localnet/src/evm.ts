import { fileURLToPath } from 'node:url'
import { createHardhatRuntimeEnvironment } from 'hardhat/hre'
import { disableTelemetry } from './env.js'
import { EXECUTION_REVERTED, INTERNAL_ERROR, RpcError, TRANSACTION_REJECTED } from './rpc-error.js'

/** What decides about every block hash beside the journal. */
export interface EvmParams {
  chainId: number
  hardfork: string
  /** Unix seconds of the genesis block. */
  genesisTimestamp: number
}

/** An EVM in this process: nothing unlocked, a block for each transaction, every answer raw JSON. */
export interface Evm {
  /** Throws RpcError. */
  request(method: string, params: readonly unknown[]): Promise<unknown>
  close(): Promise<void>
}

const NETWORK = 'localnet'
/** Any folder with a package.json and without build artifacts: nothing is read from it or written to it. */
const PROJECT_ROOT = fileURLToPath(new URL('..', import.meta.url))

export async function createEvm({ chainId, hardfork, genesisTimestamp }: EvmParams): Promise<Evm> {
  disableTelemetry()
  const hardhat = await createHardhatRuntimeEnvironment(
    {
      networks: {
        [NETWORK]: {
          type: 'edr-simulated',
          chainType: 'l1',
          chainId,
          hardfork,
          accounts: [],
          initialDate: new Date(genesisTimestamp * 1000),
          // A burst of transactions within a second must not run ahead of the clock.
          allowBlocksWithSameTimestamp: true,
          // Like a real node: a transaction that reverts is mined, a call that reverts is an error.
          throwOnTransactionFailures: false,
          throwOnCallFailures: true,
        },
      },
    },
    {},
    PROJECT_ROOT,
  )
  const connection = await hardhat.network.create(NETWORK)
  return {
    request: async (method, params) => {
      try {
        return await connection.provider.request({ method, params: [...params] })
      } catch (error) {
        throw toRpcError(error)
      }
    },
    close: () => connection.close(),
  }
}

function toRpcError(error: unknown): RpcError {
  const { code, message, data } = error as { code?: unknown; message?: unknown; data?: unknown }
  const text = typeof message === 'string' ? message : 'the EVM failed'
  const revertData = revertDataOf(data)
  if (code === EXECUTION_REVERTED || revertData !== undefined) {
    return new RpcError(EXECUTION_REVERTED, 'execution reverted', revertData ?? '0x')
  }
  // The words by which wallets recognise it.
  if (/enough funds/i.test(text)) return new RpcError(TRANSACTION_REJECTED, `insufficient funds: ${text}`)
  return new RpcError(typeof code === 'number' ? code : INTERNAL_ERROR, text)
}

function revertDataOf(data: unknown): string | undefined {
  const inner = typeof data === 'object' && data !== null && 'data' in data ? data.data : data
  return typeof inner === 'string' && /^0x([0-9a-f]{2})*$/i.test(inner) ? inner : undefined
}
