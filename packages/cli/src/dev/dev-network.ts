import { prepareIdentity, type Server, start } from '@gristmill/datatrust'
import { type ActorName, type StartedLocalnet, startLocalnet } from '@gristmill/localnet'
import type { Address, DatatrustId, Hex, MarketId } from '@gristmill/protocol'
import { Client } from '@gristmill/sdk'
import { nodeJsonRpcProvider, nodeSha256 } from '@gristmill/sdk/node'
import { Wallet } from 'ethers'
import { enrolDatatrust } from './enrol-datatrust.js'
import { openDevMarket } from './open-dev-market.js'

export interface StartDevNetworkParams {
  /** Keeps the chain. */
  chainDirectory: string
  /** JSON-RPC; 0 takes a free one. */
  port: number
  /** Absent: no datatrust. */
  datatrust?: {
    /** Keeps keys, database and blobs. */
    dataDirectory: string
    /** HTTP; 0 takes a free one. */
    port: number
    logLevel: string
  }
}

/** A chain with contracts, play money and a market, and a datatrust that is registered, bonded and serves. */
export interface DevNetwork extends AsyncDisposable {
  readonly localnet: StartedLocalnet
  readonly market: MarketId
  readonly datatrust?: {
    readonly id: DatatrustId
    readonly url: string
    readonly signer: Address
    readonly keyFingerprint: Hex
    /** Units of the play money's decimals. */
    readonly bond: bigint
  }
}

/** Two of what a market asks for: 2000 in units of 6 decimals. */
const BOND = 2_000_000_000n
/** Native coin for the datatrust's signing account, wei: what it begins with, and below which it gets more. */
const SIGNER_GAS_WEI = 10n ** 19n
const SIGNER_GAS_MIN_WEI = 10n ** 18n
const POLL_INTERVAL_MS = 100
const HOST = '127.0.0.1'

/** Starts a local network, or brings the one in its directories back as it was. Killed at any moment, it can be started again. */
export async function startDevNetwork(params: StartDevNetworkParams): Promise<DevNetwork> {
  await using stack = new AsyncDisposableStack()
  const localnet = stack.use(await startLocalnet({ directory: params.chainDirectory, port: params.port }))
  const market = await asActor(localnet, 'maker', (client) => openDevMarket(client, localnet.token))
  const datatrust = params.datatrust === undefined ? {} : { datatrust: await serve(localnet, params.datatrust, stack) }
  const owned = stack.move()
  return { localnet, market, ...datatrust, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

async function serve(
  localnet: StartedLocalnet,
  { dataDirectory, port, logLevel }: NonNullable<StartDevNetworkParams['datatrust']>,
  stack: AsyncDisposableStack,
): Promise<NonNullable<DevNetwork['datatrust']>> {
  const { deployment, chainId, token: asset } = localnet
  const identity = await prepareIdentity({ dataDirectory, unencryptedKeys: true })
  await giveGas(localnet, identity.signer)
  const enrol = (url: string) =>
    asActor(localnet, 'operator', (client) => enrolDatatrust({ client, identity, asset, url, bond: BOND }))
  const datatrust = await enrol(`http://${HOST}:${port}`)
  const server: Server = stack.use(
    await start({
      datatrust,
      dataDirectory,
      host: HOST,
      port,
      logLevel,
      chain: { rpcUrl: localnet.url, chainId: BigInt(chainId), deployment, pollIntervalMs: POLL_INTERVAL_MS },
    }),
  )
  // Of a free port it is known only now.
  if (port === 0) await enrol(server.url)
  return { id: datatrust, url: server.url, ...identity, bond: BOND }
}

async function giveGas(localnet: StartedLocalnet, signer: Address): Promise<void> {
  const provider = nodeJsonRpcProvider(localnet.url)
  try {
    if ((await provider.getBalance(signer)) < SIGNER_GAS_MIN_WEI) await localnet.giveGas(signer, SIGNER_GAS_WEI)
  } finally {
    provider.destroy()
  }
}

/** Lets an actor of the network do something. */
async function asActor<T>(localnet: StartedLocalnet, name: ActorName, act: (client: Client) => Promise<T>): Promise<T> {
  const provider = nodeJsonRpcProvider(localnet.url)
  try {
    const runner = new Wallet(localnet.actors[name].privateKey, provider)
    return await act(await Client.connect({ runner, deployment: localnet.deployment, sha256: nodeSha256 }))
  } finally {
    provider.destroy()
  }
}
