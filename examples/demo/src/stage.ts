import { prepareIdentity, start } from '@gristmill/datatrust'
import { type StartedLocalnet, startLocalnet } from '@gristmill/localnet'
import type { Address } from '@gristmill/protocol'
import { type Clients, connectActors, writeProfile } from './actors.js'
import type { Directory } from './directory.js'
import { keep } from './keep.js'
import { money, type Transcript } from './transcript.js'

const BOND = 2_000_000_000n
/** Native coin for the datatrust's signing account, wei. */
const SIGNER_GAS_WEI = 10n ** 19n
const POLL_INTERVAL_MS = 100

/** Everything that runs while the demo does. */
export interface Stage {
  directory: Directory
  localnet: StartedLocalnet
  clients: Clients
  token: Address
  datatrust: number
  datatrustUrl: string
  /** Aborted when the stage is taken down. */
  signal: AbortSignal
}

/** Starts the chain and the datatrust; the stack ends them, the last first. */
export async function openStage(
  directory: Directory,
  transcript: Transcript,
  stack: AsyncDisposableStack,
): Promise<Stage> {
  const down = new AbortController()
  stack.defer(() => down.abort())
  const localnet = await keep(stack, await startLocalnet({ directory: directory.chain }))
  const { deployment, token, url, chainId } = localnet
  transcript.step('Chain', 'A local EVM chain of its own, with the contracts of the protocol.')
  transcript.fact('RPC', `${url}, chain ${chainId}`)
  transcript.fact('orders', `${deployment.orders}, the escrow; the Vault ${deployment.vault} holds all money`)
  transcript.fact('play money', `${token} (tUSD, 6 decimals)`)

  const { operator } = await connectActors(localnet, stack)
  const identity = await prepareIdentity({ dataDirectory: directory.datatrust, unencryptedKeys: true })
  await localnet.giveGas(identity.signer, SIGNER_GAS_WEI)
  const registration = { ...identity, payout: localnet.actors.operator.address }
  const { datatrust } = await operator.datatrusts.register({ ...registration, asset: token, url: 'http://127.0.0.1' })
  await operator.datatrusts.bond({ datatrust, amount: BOND, payment: 'permit' })
  const started = await start({
    datatrust,
    dataDirectory: directory.datatrust,
    logLevel: 'warn',
    chain: { rpcUrl: url, chainId: BigInt(chainId), deployment, pollIntervalMs: POLL_INTERVAL_MS },
  })
  const server = await keep(stack, started)
  await operator.datatrusts.update({ datatrust, ...registration, url: server.url })
  await writeProfile(directory, localnet, server.url)
  transcript.step(
    'Datatrust',
    'An operator registers, posts a bond and starts a server that stores, delivers and runs.',
  )
  transcript.fact('datatrust', `number ${datatrust} at ${server.url}, bond ${money(BOND)}`)
  transcript.fact('signer', `${identity.signer}; OpenPGP key ${identity.keyFingerprint.slice(2, 18)}…`)

  const clients = await connectActors(localnet, stack, server.url)
  return { directory, localnet, clients, token, datatrust, datatrustUrl: server.url, signal: down.signal }
}
