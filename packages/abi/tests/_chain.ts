import { BrowserProvider, type Eip1193Provider, HDNodeWallet } from 'ethers'
import { createHardhatRuntimeEnvironment } from 'hardhat/hre'

const FUNDED = 'test test test test test test test test test test test junk'

/** Answers in place of the chain, or passes on. */
export type Interceptor = (
  request: { method: string; params?: readonly unknown[] | object },
  forward: () => Promise<unknown>,
) => Promise<unknown>

export interface OpenChainParams {
  hardfork?: string
  /** False: a block only when `evm_mine` is asked for. */
  automine?: boolean
  /** Stands between ethers and the chain. */
  intercept?: Interceptor
}

export interface TestChain {
  provider: BrowserProvider
  /** Of an account that has money. */
  key: string
  /** Past the interceptor. */
  raw: Eip1193Provider
}

/** A chain of its own, in this process, and the key of an account that has money on it. */
export async function openChain({
  hardfork = 'prague',
  automine = true,
  intercept,
}: OpenChainParams = {}): Promise<TestChain> {
  const hre = await environmentOf(hardfork, automine)
  const { provider } = await hre.network.create('chain')
  const raw = provider as Eip1193Provider
  const intercepted: Eip1193Provider = {
    request: (request) => {
      const forward = () => raw.request(request)
      return intercept === undefined ? forward() : intercept(request, forward)
    },
  }
  return {
    // Without a cache: on this chain seven blocks pass before ethers would ask for a nonce again.
    provider: new BrowserProvider(intercepted, undefined, { cacheTimeout: -1 }),
    key: HDNodeWallet.fromPhrase(FUNDED).privateKey,
    raw,
  }
}

const environments = new Map<string, ReturnType<typeof createHardhatRuntimeEnvironment>>()

/** One environment makes any number of chains, and takes longer than they do. */
function environmentOf(hardfork: string, automine: boolean): ReturnType<typeof createHardhatRuntimeEnvironment> {
  const name = `${hardfork} ${automine}`
  const known = environments.get(name)
  if (known !== undefined) return known
  const made = createHardhatRuntimeEnvironment({
    networks: {
      chain: {
        type: 'edr-simulated',
        chainType: 'l1',
        hardfork,
        // Like a real node: what fails is mined.
        throwOnTransactionFailures: false,
        mining: { auto: automine },
      },
    },
  })
  environments.set(name, made)
  return made
}
