import { join, resolve } from 'node:path'
import { type Config, configFromEnv, readEnv, start } from '@gristmill/datatrust'
import type { Datatrust } from '@gristmill/sdk'
import { Client } from '@gristmill/sdk'
import { nodeJsonRpcProvider } from '@gristmill/sdk/node'
import type { Command } from 'commander'
import { writeDurably } from '../deploy/write-durably.js'
import { type Io, untilInterrupted } from '../io.js'
import { fields, note, printResult } from '../output.js'
import { type LoadedProfile, loadProfile } from '../profile.js'
import { step } from '../progress.js'
import { dataFolderOf } from './data-folder.js'
import { type DatatrustOptions, datatrustOf } from './datatrust-of.js'
import { warnOperator } from './warn-operator.js'

export interface StartOptions extends DatatrustOptions {
  host?: string
  port?: string
  logLevel?: string
  passphraseFile?: string
}

export async function startDatatrust(io: Io, command: Command, options: StartOptions): Promise<void> {
  const loaded = await loadProfile(io, command)
  const config = await configOf(io, loaded, options)
  await using server = await step(io, 'Starts the datatrust', () => start(config))
  const { datatrust, dataDirectory, chain } = config
  const registered = await watchOver(io, loaded, datatrust)
  const ended = untilInterrupted(io)
  const result = { datatrust, url: server.url, registeredUrl: registered.url, dataDirectory, rpcUrl: chain.rpcUrl }
  const lines = fields({ datatrust, serves: server.url, registered: registered.url, data: dataDirectory })
  printResult(io, command, result, [...lines, '', 'Ctrl-C ends it; what is under way is taken up at the next start.'])
  await ended
  note(io, 'Stops: ends what is under way.')
}

/** The configuration of the server: options, then variables, then the profile. */
export async function configOf(io: Io, loaded: LoadedProfile, options: StartOptions): Promise<Config> {
  return configFromEnv(readEnv(await variablesOf(io, loaded, options)))
}

/** The same, as variables. */
export async function variablesOf(
  io: Io,
  loaded: LoadedProfile,
  options: StartOptions,
): Promise<Record<string, string>> {
  const { rpcUrl, deployment } = loaded.profile
  const folder = dataFolderOf(io, loaded, options)
  const deploymentFile = join(folder, 'deployment.json')
  const own = Object.entries(io.env).filter(([name, value]) => name.startsWith('DATATRUST_') && value)
  const given = {
    DATATRUST_HOST: options.host,
    DATATRUST_PORT: options.port,
    DATATRUST_LOG_LEVEL: options.logLevel,
    DATATRUST_PASSPHRASE_FILE: options.passphraseFile && resolve(io.cwd, options.passphraseFile),
  }
  if (!io.env.DATATRUST_DEPLOYMENT_FILE)
    await writeDurably(deploymentFile, `${JSON.stringify(deployment, undefined, 2)}\n`)
  return {
    DATATRUST_RPC_URL: rpcUrl,
    DATATRUST_CHAIN_ID: String(deployment.chainId),
    DATATRUST_DEPLOYMENT_FILE: deploymentFile,
    ...(Object.fromEntries(own) as Record<string, string>),
    DATATRUST_ID: String(await datatrustOf(io, loaded, options)),
    DATATRUST_DATA_DIRECTORY: folder,
    ...(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Record<string, string>),
  }
}

/** Says what will keep orders away; gives what the chain knows. */
async function watchOver(io: Io, { profile }: LoadedProfile, datatrust: number): Promise<Datatrust> {
  const provider = nodeJsonRpcProvider(profile.rpcUrl)
  try {
    const client = await Client.connect({ runner: provider, deployment: profile.deployment })
    const registered = await client.datatrusts.get({ datatrust })
    await warnOperator(io, client, registered, profile.market)
    return registered
  } finally {
    provider.destroy()
  }
}
