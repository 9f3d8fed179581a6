import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { DatatrustCard } from '@gristmill/protocol'
import { Client, toTypedError } from '@gristmill/sdk'
import { nodeJsonRpcProvider } from '@gristmill/sdk/node'
import type { Command } from 'commander'
import { ArgumentError, FileError } from '../argument-errors.js'
import { OWN_PROFILE } from '../find-profile.js'
import { type Io, isInteractive } from '../io.js'
import { createSecret } from '../keys/secret-file.js'
import { fields, note, printResult } from '../output.js'
import { type Profile, parseUrl } from '../profile.js'
import { ProfileExistsError } from '../profile-errors.js'
import { step } from '../progress.js'
import { ask } from '../prompt.js'
import { findDeployment } from './find-deployment.js'

export interface InitOptions {
  deployment?: string
}

const RPC_URL = 'http://127.0.0.1:8545'
const NONE = 'none'

/** Asks for what was not given, checks that it is there, and writes it down. */
export async function writeProfile(io: Io, command: Command, options: InitOptions): Promise<void> {
  const given = command.optsWithGlobals<{ profile?: string; rpc?: string; datatrust?: string }>()
  const file = resolve(io.cwd, given.profile ?? (io.env.GRISTMILL_PROFILE || OWN_PROFILE))
  if (existsSync(file)) throw new ProfileExistsError(file)
  const rpcUrl = await rpcUrlOf(io, given.rpc)
  const provider = nodeJsonRpcProvider(rpcUrl)
  try {
    const chainId = Number((await step(io, 'Asks the chain', () => networkOf(provider))).chainId)
    const { deployment, source, token } = await findDeployment(io, { chainId, provider, named: options.deployment })
    const datatrustUrl = await datatrustUrlOf(io, given.datatrust)
    const datatrust = datatrustUrl === undefined ? {} : { datatrust: datatrustUrl }
    const client = await step(io, 'Looks for the contracts', () =>
      Client.connect({ runner: provider, deployment, ...datatrust }),
    )
    const card =
      datatrustUrl === undefined ? undefined : await step(io, 'Asks the datatrust', () => client.datatrusts.card())
    const profile: Profile = {
      rpcUrl,
      ...(datatrustUrl === undefined ? {} : { datatrustUrl }),
      deployment,
      ...(token === undefined ? {} : { token }),
    }
    await write(file, profile)
    show(io, command, { file, profile, source, card })
  } finally {
    provider.destroy()
  }
}

async function networkOf(provider: ReturnType<typeof nodeJsonRpcProvider>) {
  try {
    return await provider.getNetwork()
  } catch (error) {
    throw toTypedError(error)
  }
}

async function rpcUrlOf(io: Io, given: string | undefined): Promise<string> {
  if (given !== undefined) return parseUrl('--rpc', given)
  if (!isInteractive(io)) throw new ArgumentError('--rpc', 'is needed where there is no terminal to ask.')
  return parseUrl('rpc', await ask(io, 'URL of a node of the chain', RPC_URL))
}

async function datatrustUrlOf(io: Io, given: string | undefined): Promise<string | undefined> {
  if (given !== undefined) return parseUrl('--datatrust', given)
  if (!isInteractive(io)) return undefined
  const answer = await ask(io, 'URL of the datatrust; who only funds or operates needs none', NONE)
  return answer === NONE ? undefined : parseUrl('datatrust', answer)
}

async function write(file: string, profile: Profile): Promise<void> {
  const folder = dirname(file)
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    // Keys are kept here too: nothing of it belongs into a repository.
    const ignored = join(folder, '.gitignore')
    if (basename(folder) === '.gristmill' && !existsSync(ignored)) await writeFile(ignored, '*\n')
  } catch (error) {
    throw new FileError(file, 'cannot be written: check the permissions of its folder.', error)
  }
  const written = await createSecret(file, `${JSON.stringify(profile, undefined, 2)}\n`)
  if (written === 'kept') throw new ProfileExistsError(file)
}

interface Written {
  file: string
  profile: Profile
  source: string
  card: DatatrustCard | undefined
}

function show(io: Io, command: Command, { file, profile, source, card }: Written): void {
  const { rpcUrl, datatrustUrl, deployment } = profile
  const lines = fields({
    profile: file,
    chain: `${deployment.chainId} at ${rpcUrl}`,
    contracts: `from ${source}; orders ${deployment.orders}`,
    datatrust: card === undefined ? 'none' : `number ${card.datatrust} at ${datatrustUrl}`,
  })
  printResult(io, command, { file, profile, source, datatrust: card?.datatrust }, lines)
  note(io, 'Next: gristmill keys create, or gristmill keys import')
}
