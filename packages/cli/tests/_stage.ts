import { cpSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ConfigParams, type Overrides, prepareIdentity, type Server, start } from '@gristmill/datatrust'
import { type ActorName, type Localnet, startLocalnet } from '@gristmill/localnet'
import { Client, jsonRpcProvider } from '@gristmill/sdk'
import { Wallet } from 'ethers'
import { inject } from 'vitest'
import { gristmill, type Outcome, type Surroundings } from './_util.js'

/** Money of tests: 6 decimals. */
export const ONE = 1_000_000n

/** A chain, a datatrust, and a folder with the profile and the keys of everybody who plays. */
export interface Stage {
  localnet: Localnet
  /** Folder in which commands run. */
  cwd: string
  /** Runs a command as an actor, with `--yes` unless it is a person who answers. */
  as(actor: ActorName, argv: readonly string[], more?: Surroundings): Promise<Outcome>
  /** The same with `--json`, its result; fails the test if the command does. */
  json<T = Record<string, never>>(actor: ActorName, argv: readonly string[]): Promise<T>
  client(actor: ActorName): Promise<Client>
  stopDatatrust(): Promise<void>
  startDatatrust(): Promise<void>
  close(): Promise<void>
}

const ACTORS = ['maker', 'buyer', 'patron', 'sponsor'] as const

/**
 * `overrides`: what the datatrust has in place of its own parts; `fetch`: whence it fetches content; `isCurated`: share
 * holders decide about its runs.
 */
export async function setStage(
  overrides: Overrides = {},
  fetch: ConfigParams['fetch'] = {},
  { isCurated = false } = {},
): Promise<Stage> {
  const localnet = await startLocalnet()
  const cwd = await mkdtemp(join(tmpdir(), 'gristmill-cli-stage-'))
  const dataDirectory = join(cwd, 'datatrust')
  const operator = await clientOf(localnet, 'operator')
  const identity = await prepareIdentity({ dataDirectory, unencryptedKeys: true })
  await localnet.giveGas(identity.signer, 10n ** 19n)
  const payout = localnet.actors.operator.address
  const terms = { payout, asset: localnet.token, url: 'http://127.0.0.1' }
  const { datatrust } = await operator.datatrusts.register({ ...identity, ...terms })
  await operator.datatrusts.bond({ datatrust, amount: 2_000n * ONE, payment: 'permit' })
  cpSync(inject('migratedDatabase'), join(dataDirectory, 'db'), { recursive: true })
  const begin = (port: number) =>
    start(
      {
        datatrust,
        dataDirectory,
        port,
        logLevel: 'silent',
        chain: {
          rpcUrl: localnet.url,
          chainId: BigInt(localnet.chainId),
          deployment: localnet.deployment,
          pollIntervalMs: 50,
        },
        limits: { requestsPerMinute: 100_000 },
        fetch,
        ...(isCurated ? { terms: { arbiter: localnet.deployment.curation } } : {}),
      },
      overrides,
    )
  let server: Server = await begin(0)
  const port = Number(new URL(server.url).port)
  await writeProfile(cwd, localnet, server.url)

  const as: Stage['as'] = (actor, argv, more = {}) => {
    const yes = more.answers === undefined ? ['--yes'] : []
    return gristmill([...argv, '--as', actor, ...yes], { cwd, ...more })
  }
  return {
    localnet,
    cwd,
    as,
    json: async (actor, argv) => {
      const outcome = await as(actor, [...argv, '--json'])
      if (outcome.code !== 0) throw new Error(`exit code ${outcome.code}: ${outcome.stderr}`)
      return JSON.parse(outcome.stdout)
    },
    client: (actor) => clientOf(localnet, actor, server.url),
    stopDatatrust: () => server.close(),
    startDatatrust: async () => {
      server = await begin(port)
    },
    close: async () => {
      await server.close()
      await localnet.close()
      await rm(cwd, { recursive: true, force: true })
    },
  }
}

async function writeProfile(cwd: string, { url: rpcUrl, deployment, token, actors }: Localnet, datatrustUrl: string) {
  const keys = join(cwd, '.gristmill', 'keys')
  await mkdir(keys, { recursive: true, mode: 0o700 })
  for (const actor of ACTORS) await writeFile(join(keys, `${actor}.key`), actors[actor].privateKey, { mode: 0o600 })
  const profile = { rpcUrl, datatrustUrl, deployment, token, defaultKey: 'buyer' }
  await writeFile(join(cwd, '.gristmill', 'profile.json'), JSON.stringify(profile))
}

function clientOf(localnet: Localnet, actor: ActorName, datatrust?: string): Promise<Client> {
  const runner = new Wallet(localnet.actors[actor].privateKey, jsonRpcProvider(localnet.url))
  const { deployment } = localnet
  return Client.connect({ runner, deployment, ...(datatrust === undefined ? {} : { datatrust }) })
}
