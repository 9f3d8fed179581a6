import { relative } from 'node:path'
import { isProtocolError } from '@gristmill/protocol'
import type { Command } from 'commander'
import { parsePort } from '../arguments.js'
import { type Io, untilInterrupted } from '../io.js'
import { fields, note, printResult } from '../output.js'
import { step } from '../progress.js'
import { DEV_ACCOUNTS, writeDevKeys } from './dev-accounts.js'
import { readPorts, writePorts } from './dev-directory.js'
import { DevNetworkRunsError } from './dev-errors.js'
import { type DevNetwork, startDevNetwork } from './dev-network.js'
import { type DevPlaces, devPlaces } from './dev-places.js'
import { requireReplaceable, writeDevProfile } from './dev-profile.js'
import { watchChain } from './watch-chain.js'

export interface DevOptions {
  port?: string
  datatrustPort?: string
  /** False after `--no-datatrust`. */
  datatrust?: boolean
  verbose?: boolean
}

const PORT = 8_545
const DATATRUST_PORT = 8_080

export async function startDev(io: Io, command: Command, options: DevOptions): Promise<void> {
  const places = devPlaces(io, command)
  await requireReplaceable(places.profileFile)
  const startedAtMs = io.now()
  await using network = await step(io, 'Starts the network', () => open(places, options)).catch((error: unknown) => {
    if (isProtocolError(error, 'DIRECTORY_LOCKED')) throw new DevNetworkRunsError(places.directory.path, error)
    throw error
  })
  await writeDevKeys(places.profileDirectory, network.localnet.actors)
  const { localnet, market, datatrust } = network
  await writeDevProfile(places.profileFile, {
    rpcUrl: localnet.url,
    ...(datatrust === undefined ? {} : { datatrustUrl: datatrust.url }),
    deployment: localnet.deployment,
    market,
    token: localnet.token,
    defaultKey: 'buyer',
  })
  await using watch = options.verbose === true ? watchChain(io, network) : undefined
  const ended = untilInterrupted(io)
  printResult(io, command, describe(places, network), lines(io, places, network))
  note(io, `Ready after ${((io.now() - startedAtMs) / 1_000).toFixed(1)} s.`)
  await ended
  note(io, watch === undefined ? 'Stops.' : 'Stops watching, and the network.')
}

/** Starts at the ports that are named, or where it was last. */
async function open({ directory }: DevPlaces, options: DevOptions): Promise<DevNetwork> {
  const known = await readPorts(directory)
  const port = options.port === undefined ? (known?.port ?? PORT) : parsePort('--port', options.port)
  const datatrustPort =
    options.datatrustPort === undefined
      ? (known?.datatrustPort ?? DATATRUST_PORT)
      : parsePort('--datatrust-port', options.datatrustPort)
  const datatrust = { dataDirectory: directory.datatrust, port: datatrustPort, logLevel: 'warn' }
  const network = await startDevNetwork({
    chainDirectory: directory.chain,
    port,
    ...(options.datatrust === false ? {} : { datatrust }),
  })
  const taken = network.datatrust === undefined ? known?.datatrustPort : portOf(network.datatrust.url)
  await writePorts(directory, {
    port: portOf(network.localnet.url),
    ...(taken === undefined ? {} : { datatrustPort: taken }),
  })
  return network
}

const portOf = (url: string): number => Number(new URL(url).port)

function describe({ profileFile, directory }: DevPlaces, { localnet, market, datatrust }: DevNetwork) {
  const { url: rpcUrl, chainId, deployment, token, actors, replay } = localnet
  const accounts = Object.fromEntries(DEV_ACCOUNTS.map((name) => [name, actors[name].address]))
  const served = datatrust === undefined ? {} : { datatrust: { id: datatrust.id, url: datatrust.url } }
  return {
    rpcUrl,
    chainId,
    deployment,
    token,
    market,
    ...served,
    accounts,
    profileFile,
    directory: directory.path,
    replay,
  }
}

function lines(io: Io, { profileFile, directory }: DevPlaces, { localnet, market, datatrust }: DevNetwork): string[] {
  const { url, chainId, token, replay } = localnet
  const here = (path: string) => relative(io.cwd, path) || '.'
  const isNew = replay.transactions === 0
  const money = 'tUSD'
  const facts = fields({
    network: isNew ? `new, in ${here(directory.path)}` : `as it was, ${replay.transactions} transactions`,
    chain: `${chainId} at ${url}`,
    datatrust: datatrust === undefined ? 'none' : `${datatrust.id} at ${datatrust.url}`,
    market: `${market}, waits of at most an hour`,
    'play money': `${token} (${money})`,
    accounts: `${DEV_ACCOUNTS.join(', ')}: 10 million ${money} each, keys in the clear`,
    profile: here(profileFile),
  })
  return [
    ...facts,
    '',
    ...tryNext(datatrust !== undefined),
    '',
    'Ctrl-C ends it; gristmill dev brings it back as it was.',
  ]
}

function tryNext(hasDatatrust: boolean): string[] {
  const commands = hasDatatrust
    ? [
        'gristmill publish data.csv --license CC0-1.0 --access 5 --as maker',
        'gristmill listings',
        'gristmill buy LISTING --out copy.csv',
        'gristmill market fund 100 --as patron',
        'gristmill dev advance 2h',
      ]
    : ['gristmill market show', 'gristmill vault balance', 'gristmill dev advance 2h']
  return ['In another terminal, in this folder:', ...commands.map((line) => `  ${line}`)]
}
