import { resolve } from 'node:path'
import type { Address } from '@gristmill/protocol'
import { Client, type DecryptionKey, jsonRpcProvider, publicKeyOf, readDecryptionKey } from '@gristmill/sdk'
import { nodeSha256 } from '@gristmill/sdk/node'
import type { Command } from 'commander'
import { type Provider, type Signer, Wallet } from 'ethers'
import { ProfileError } from './cli-errors.js'
import type { Io } from './io.js'
import { openpgpKeyBeside, readPrivateKey } from './key-file.js'
import { type LoadedProfile, loadProfile, type Profile } from './profile.js'

/** A client that only reads. */
export interface Reader extends AsyncDisposable {
  client: Client
  profile: Profile
}

/** One actor of a profile, connected. */
export interface Session extends Reader {
  account: Address
  /** The actor's OpenPGP key, made at first use. */
  openpgp(): Promise<{ privateKey: DecryptionKey; publicKey: string }>
}

interface GlobalOptions {
  profile?: string
  as?: string
}

/** Connects without an account. */
export async function openReader(io: Io, command: Command): Promise<Reader> {
  const { profile } = await loadProfile(io, command.optsWithGlobals<GlobalOptions>().profile)
  return connect(profile, (provider) => provider)
}

/** Connects as the actor that the options name. */
export async function openSession(io: Io, command: Command): Promise<Session> {
  const options = command.optsWithGlobals<GlobalOptions>()
  const loaded = await loadProfile(io, options.profile)
  const { actor, keyFile } = actorOf(io, loaded, options.as)
  const wallet = new Wallet(await readPrivateKey(keyFile))
  const reader = await connect(loaded.profile, (provider) => wallet.connect(provider))
  return { ...reader, account: wallet.address as Address, openpgp: () => readOpenpgp(keyFile, actor) }
}

async function connect(profile: Profile, runnerOf: (provider: Provider) => Provider | Signer): Promise<Reader> {
  const { rpcUrl, deployment, datatrustUrl: datatrust } = profile
  const provider = jsonRpcProvider(rpcUrl)
  const end = async () => provider.destroy()
  try {
    const client = await Client.connect({ runner: runnerOf(provider), deployment, datatrust, sha256: nodeSha256 })
    return { client, profile, [Symbol.asyncDispose]: end }
  } catch (error) {
    await end()
    throw error
  }
}

function actorOf(io: Io, { profile, directory }: LoadedProfile, named: string | undefined) {
  const override = io.env.GRISTMILL_KEY_FILE
  const actor = named ?? profile.defaultActor
  if (override !== undefined && override !== '' && named === undefined) {
    return { actor: 'gristmill', keyFile: resolve(io.cwd, override) }
  }
  const names = Object.keys(profile.actors)
  const found = actor === undefined ? undefined : profile.actors[actor]
  if (actor === undefined || found === undefined) {
    const problem = actor === undefined ? 'The profile names no default actor' : `The profile has no actor ${actor}`
    throw new ProfileError(`${problem}: choose one with --as ${names.join('|')}.`, { actors: names })
  }
  return { actor, keyFile: resolve(directory, found.keyFile) }
}

async function readOpenpgp(keyFile: string, actor: string) {
  const privateKey = await readDecryptionKey(await openpgpKeyBeside(keyFile, actor))
  return { privateKey, publicKey: publicKeyOf(privateKey) }
}
