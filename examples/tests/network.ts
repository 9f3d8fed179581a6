import { cpSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepareIdentity, start } from '@gristmill/datatrust'
import { ACTOR_NAMES, type ActorName, type Localnet, startLocalnet } from '@gristmill/localnet'
import { Client, jsonRpcProvider } from '@gristmill/sdk'
import { Wallet } from 'ethers'
import { inject } from 'vitest'

/** Play money has 6 decimals. */
const ONE = 1_000_000n

/** What an example finds when a developer has started a local network: a chain, a datatrust, and a profile. */
export interface Network extends AsyncDisposable {
  localnet: Localnet
  /** Of the profile and of everything that examples write. */
  folder: string
  profile: string
  clientOf(name: ActorName): Promise<Client>
  /** Ends the datatrust; the chain goes on. */
  stopDatatrust(): Promise<void>
}

/** Starts a local network as `gristmill dev` and the demo do, in a folder that goes with it. */
export async function startNetwork(): Promise<Network> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'gristmill-examples-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const localnet = stack.use(await startLocalnet())
  const { url, deployment, chainId, token, actors } = localnet
  const providers = stack.use(new DisposableStack())
  const connect = (name: ActorName, datatrust?: string): Promise<Client> => {
    const provider = providers.adopt(jsonRpcProvider(url), (open) => open.destroy())
    const runner = new Wallet(actors[name].privateKey, provider)
    return Client.connect({ runner, deployment, ...(datatrust === undefined ? {} : { datatrust }) })
  }

  const operator = await connect('operator')
  const dataDirectory = join(folder, 'datatrust')
  const identity = await prepareIdentity({ dataDirectory, unencryptedKeys: true })
  await localnet.giveGas(identity.signer, 10n ** 19n)
  const registration = { ...identity, payout: actors.operator.address, asset: token, url: 'http://127.0.0.1' }
  const { datatrust } = await operator.datatrusts.register(registration)
  await operator.datatrusts.bond({ datatrust, amount: 2_000n * ONE, payment: 'permit' })
  cpSync(inject('migratedDatabase'), join(dataDirectory, 'db'), { recursive: true })
  const chain = { rpcUrl: url, chainId: BigInt(chainId), deployment, pollIntervalMs: 50 }
  const server = stack.use(await start({ datatrust, dataDirectory, logLevel: 'silent', chain }))

  await mkdir(join(folder, 'keys'), { mode: 0o700 })
  for (const name of ACTOR_NAMES)
    await writeFile(join(folder, `keys/${name}.key`), `${actors[name].privateKey}\n`, { mode: 0o600 })
  const profile = join(folder, 'profile.json')
  const content = { rpcUrl: url, datatrustUrl: server.url, deployment, token, defaultKey: 'buyer' }
  await writeFile(profile, JSON.stringify(content))

  const owned = stack.move()
  return {
    localnet,
    folder,
    profile,
    clientOf: (name) => connect(name, server.url),
    stopDatatrust: () => server.close(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
