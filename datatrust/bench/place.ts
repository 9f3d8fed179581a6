import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepareIdentity } from '@gristmill/datatrust'
import { type ActorName, type Localnet, startLocalnet } from '@gristmill/localnet'
import { HOUR, type MarketId } from '@gristmill/protocol'
import { Client, defaultMarketConfig } from '@gristmill/sdk'
import { nodeJsonRpcProvider, nodeSha256 } from '@gristmill/sdk/node'
import { Wallet } from 'ethers'

const ONE = 1_000_000n

/** A chain with a market and a bonded datatrust, whose data directory is where it is asked for. */
export interface Place {
  localnet: Localnet
  market: MarketId
  datatrust: number
  /** Of the datatrust. */
  directory: string
  /** Of its PostgreSQL database; undefined where it has the embedded one. */
  databaseUrl: string | undefined
  wallet(name: ActorName): Wallet
  client(name: ActorName, url?: string): Promise<Client>
  close(): Promise<void>
}

/** Makes a place below `parent`, /dev/shm for example. */
export async function makePlace(parent = tmpdir(), databaseUrl?: string): Promise<Place> {
  const localnet = await startLocalnet()
  const directory = await mkdtemp(join(parent, 'gristmill-bench-'))
  const wallet = (name: ActorName) => new Wallet(localnet.actors[name].privateKey, nodeJsonRpcProvider(localnet.url))
  const client = (name: ActorName, url?: string) =>
    Client.connect({
      runner: wallet(name),
      deployment: localnet.deployment,
      sha256: nodeSha256,
      ...(url === undefined ? {} : { datatrust: url }),
    })
  const [patron, operator] = await Promise.all([client('patron'), client('operator')])
  const { market } = await patron.markets.create({
    asset: localnet.token,
    p0: ONE,
    k: 10n ** 24n,
    config: { ...defaultMarketConfig(6), activationSeconds: 0, exitDelaySeconds: HOUR, disputeWindowSeconds: HOUR },
    seed: 1_000n * ONE,
    payment: 'permit',
  })
  const identity = await prepareIdentity({ dataDirectory: directory, unencryptedKeys: true })
  await localnet.giveGas(identity.signer, 10n ** 19n)
  const { datatrust } = await operator.datatrusts.register({
    ...identity,
    payout: localnet.actors.operator.address,
    asset: localnet.token,
    url: 'http://127.0.0.1',
  })
  await operator.datatrusts.bond({ datatrust, amount: 2_000n * ONE, payment: 'permit' })
  return {
    localnet,
    market,
    datatrust,
    directory,
    databaseUrl,
    wallet,
    client,
    close: async () => {
      await localnet.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
