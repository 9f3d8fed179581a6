import { type ChaCha20, nobleChaCha20, nobleSha256, type Sha256 } from '@gristmill/envelope'
import type { Address, DatatrustCard, Deployment } from '@gristmill/protocol'
import type { Provider, Signer } from 'ethers'
import { chainTime } from './chain/chain-time.js'
import { createQueue } from './chain/create-queue.js'
import { haveCode } from './chain/have-code.js'
import { onChain } from './chain/on-chain.js'
import type { SigningHooks } from './chain/signing.js'
import type { Connection } from './connection.js'
import { type Contracts, connectContracts } from './contracts.js'
import { bindCuration } from './curation/index.js'
import { getCard } from './datatrusts/get-card.js'
import { bindDatatrusts } from './datatrusts/index.js'
import {
  InvalidParameterError,
  NoProviderError,
  NotDeployedError,
  WrongChainError,
} from './errors/connection-errors.js'
import { IDLE_TIMEOUT_MS } from './http/limits.js'
import { DEFAULT_RETRY, type RetryPolicy } from './http/retries.js'
import { bindListings } from './listings/index.js'
import { bindMarkets } from './markets/index.js'
import { bindOrders } from './orders/index.js'
import { bindSignals } from './signals/index.js'
import { bindVault } from './vault/index.js'

export interface ConnectParams extends SigningHooks {
  /** A signer that is connected to a provider, or a provider for a client that only reads. */
  runner: Signer | Provider
  deployment: Deployment
  /** Base URL of a datatrust, for everything that is not on the chain. */
  datatrust?: string
  /** Longest silence of the datatrust before a request is given up, ms; default: 30 seconds. */
  datatrustTimeoutMs?: number
  /** How often, and after which waits, a transfer that broke is taken up again; default: 8 failures in a row. */
  datatrustRetry?: Partial<RetryPolicy>
  /** Default: plain JavaScript; `nodeSha256` of `@gristmill/envelope/node` is several times as fast. */
  sha256?: Sha256
  /** Default: plain JavaScript; `nodeChaCha20` of `@gristmill/sdk/node` is several times as fast. */
  chacha20?: ChaCha20
}

const CODE_EXPECTED = ['vault', 'datatrusts', 'markets', 'listings', 'orders', 'signals', 'curation'] as const

/**
 * One account (or none), one deployment and one datatrust (or none), and everything that can be done with them.
 *
 * @example
 * const client = await Client.connect({ runner: signer, deployment, datatrust: 'https://datatrust.example' })
 * await client.vault.deposit({ token, amount: 5_000_000n })
 */
export class Client {
  readonly vault: ReturnType<typeof bindVault>
  readonly markets: ReturnType<typeof bindMarkets>
  readonly listings: ReturnType<typeof bindListings>
  readonly orders: ReturnType<typeof bindOrders>
  readonly signals: ReturnType<typeof bindSignals>
  readonly curation: ReturnType<typeof bindCuration>
  readonly datatrusts: ReturnType<typeof bindDatatrusts>
  readonly #connection: Connection

  private constructor(connection: Connection) {
    this.#connection = connection
    this.vault = bindVault(connection)
    this.markets = bindMarkets(connection)
    this.listings = bindListings(connection)
    this.orders = bindOrders(connection)
    this.signals = bindSignals(connection)
    this.curation = bindCuration(connection)
    this.datatrusts = bindDatatrusts(connection)
  }

  /** Reads the chain's id and looks for the contracts before anything else is done. */
  static async connect(params: ConnectParams): Promise<Client> {
    return new Client(await connect(params))
  }

  /** The typed ethers contracts: `.estimateGas`, `.staticCall`, `.populateTransaction`, filters. */
  get contracts(): Contracts {
    return this.#connection.contracts
  }

  /** Where the contracts are that the client was connected to. */
  get deployment(): Deployment {
    return this.#connection.deployment
  }

  /** Of the chain that was connected to. */
  get chainId(): bigint {
    return this.#connection.chainId
  }

  /** Reads the chain. */
  get provider(): Provider {
    return this.#connection.provider
  }

  /** Unix seconds for deadlines: the latest of the chain's clock, its next block's and ours. */
  chainTime(): Promise<number> {
    return chainTime(this.#connection)
  }

  /** The signer's address; absent on a client that only reads. */
  get account(): Address | undefined {
    return this.#connection.account
  }
}

async function connect(params: ConnectParams): Promise<Connection> {
  const { runner, deployment, sha256 = nobleSha256, chacha20 = nobleChaCha20 } = params
  const signer = isSigner(runner) ? runner : undefined
  const provider = isSigner(runner) ? runner.provider : runner
  if (provider === null) throw new NoProviderError()
  const { chainId } = await onChain(() => provider.getNetwork())
  if (chainId !== BigInt(deployment.chainId)) throw new WrongChainError(BigInt(deployment.chainId), chainId)
  await expectCode(provider, deployment)
  const base = { provider, chainId, deployment, sha256, chacha20, contracts: connectContracts(deployment, runner) }
  const account = signer === undefined ? {} : { signer, account: (await onChain(() => signer.getAddress())) as Address }
  const { beforeSign, onTransaction } = params
  const hooks: SigningHooks = { ...(beforeSign && { beforeSign }), ...(onTransaction && { onTransaction }) }
  const connection: Connection = { ...base, ...account, hooks, sending: createQueue() }
  if (params.datatrust === undefined) return connection
  const url = baseUrl(params.datatrust)
  const idleTimeoutMs = params.datatrustTimeoutMs ?? IDLE_TIMEOUT_MS
  const retry = { ...DEFAULT_RETRY, ...params.datatrustRetry }
  const reading: Connection = { ...connection, datatrust: { url, idleTimeoutMs, retry, card: () => card() } }
  const card = remembered(() => getCard(reading))
  return reading
}

/** Asked once while it works; asked again after a failure. */
function remembered(ask: () => Promise<DatatrustCard>): () => Promise<DatatrustCard> {
  let answer: Promise<DatatrustCard> | undefined
  return () => {
    answer ??= ask().catch((error: unknown) => {
      answer = undefined
      throw error
    })
    return answer
  }
}

function isSigner(runner: Signer | Provider): runner is Signer {
  return 'signTypedData' in runner
}

async function expectCode(provider: Provider, deployment: Deployment): Promise<void> {
  const addresses = CODE_EXPECTED.map((contract) => deployment[contract])
  const present = await onChain(() => haveCode(provider, addresses))
  const missing = CODE_EXPECTED.find((_, index) => !present[index])
  if (missing !== undefined) throw new NotDeployedError(missing, deployment[missing], BigInt(deployment.chainId))
}

function baseUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol) || parsed.search !== '' || parsed.hash !== '') {
    throw new InvalidParameterError('datatrust', `${url} is not a base URL: pass http(s)://host[:port][/path].`)
  }
  return parsed.href.replace(/\/+$/, '')
}
