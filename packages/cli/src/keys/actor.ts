import { basename, dirname, extname, join, resolve } from 'node:path'
import type { Address } from '@gristmill/protocol'
import type { Command } from 'commander'
import { computeAddress, Wallet } from 'ethers'
import type { Io } from '../io.js'
import type { LoadedProfile } from '../profile.js'
import { KeyFileError, NoKeyError } from './key-errors.js'
import { addressInKeystore, findKey, keysDirectory } from './key-store.js'
import { checksummed, openKey } from './keystore.js'
import { type KeyEntry, listKeys } from './list-keys.js'
import { givenPassword, readPassword } from './password.js'
import { readSecret } from './secret-file.js'

/** Who acts: an address, and what it takes to sign for it. */
export interface Actor {
  name: string
  address: Address
  /** Asks for the password the first time, if the key is encrypted. */
  unlock(): Promise<Wallet>
  /** What the OpenPGP key beside the account's key is encrypted with; undefined where that lies in the clear. */
  passphrase(): Promise<string | undefined>
  /** Where the OpenPGP key is kept to which data is sent. */
  openpgpFile: string
}

/** Where keys are looked for, and which one acts if none is named. */
interface ActorPlace {
  profile: Pick<LoadedProfile['profile'], 'defaultKey'>
  directory: string
}

/** The actor of `--as`; else of `$GRISTMILL_PRIVATE_KEY` or `$GRISTMILL_KEY_FILE`; else the profile's default, or its only key. */
export async function openActor(io: Io, command: Command, place: ActorPlace): Promise<Actor> {
  const keys = keysDirectory(place.directory)
  const chosen = await chooseKey(io, command, place)
  if (chosen === undefined) {
    throw new NoKeyError(
      keys,
      (await listKeys(keys)).map((key) => key.name),
    )
  }
  if (typeof chosen === 'string') return actorOfEnvironment(io, command, keys, chosen)
  return actorOfFile(io, command, chosen)
}

/** Who would act; asks for no password. Undefined where nothing says who, or where the file of the key does not say its address. */
export async function findActor(io: Io, command: Command, place: ActorPlace): Promise<Address | undefined> {
  const chosen = await chooseKey(io, command, place)
  if (chosen === undefined) return undefined
  if (typeof chosen === 'string') return computeAddress(parsePrivateKey('$GRISTMILL_PRIVATE_KEY', chosen)) as Address
  if (!chosen.encrypted) return (await actorOfFile(io, command, chosen)).address
  const told = await addressInKeystore(chosen.file)
  return told === undefined ? undefined : (checksummed(told) as Address)
}

/** A private key in hexadecimal, or the file of one. */
async function chooseKey(
  io: Io,
  command: Command,
  { profile, directory }: ActorPlace,
): Promise<string | KeyEntry | undefined> {
  const { as: named } = command.optsWithGlobals<{ as?: string }>()
  const keys = keysDirectory(directory)
  if (named === undefined) {
    const { GRISTMILL_PRIVATE_KEY: privateKey, GRISTMILL_KEY_FILE: keyFile } = io.env
    if (privateKey) return privateKey
    if (keyFile) return entryOf(resolve(io.cwd, keyFile))
  }
  const name = named ?? profile.defaultKey
  if (name !== undefined) return findKey(keys, name)
  const [only, ...others] = await listKeys(keys)
  return others.length === 0 ? only : undefined
}

/** The actor whose key is in a file. */
export async function actorOfFile(io: Io, command: Command, entry: KeyEntry): Promise<Actor> {
  const { name, file, encrypted } = entry
  const openpgpFile = join(dirname(file), `${basename(file, extname(file))}.openpgp.asc`)
  const text = await readSecret(file)
  if (!encrypted) {
    const wallet = new Wallet(parsePrivateKey(file, text))
    const address = wallet.address as Address
    return { name, address, openpgpFile, unlock: async () => wallet, passphrase: async () => undefined }
  }
  const password = once(() => readPassword(io, command, `the key ${name}`))
  const unlock = once(async () => openKey(file, text, await password()))
  const told = await addressInKeystore(file)
  const address = (told === undefined ? (await unlock()).address : checksummed(told)) as Address
  return { name, address, openpgpFile, unlock, passphrase: password }
}

async function actorOfEnvironment(io: Io, command: Command, keys: string, privateKey: string): Promise<Actor> {
  const wallet = new Wallet(parsePrivateKey('$GRISTMILL_PRIVATE_KEY', privateKey))
  const address = wallet.address as Address
  return {
    name: address,
    address,
    openpgpFile: join(keys, `${address.toLowerCase()}.openpgp.asc`),
    unlock: async () => wallet,
    passphrase: () => givenPassword(io, command),
  }
}

/** Reads 64 hexadecimal digits; what they are is never quoted. */
export function parsePrivateKey(source: string, text: string): string {
  const digits = text.trim().replace(/^0x/, '')
  if (/^[0-9a-fA-F]{64}$/.test(digits)) {
    try {
      computeAddress(`0x${digits}`)
      return `0x${digits}`
    } catch {
      // Zero, or beyond the order of the curve.
    }
  }
  throw new KeyFileError(source, 'does not hold a private key of 64 hexadecimal digits: put one there.')
}

function entryOf(file: string): KeyEntry {
  return { name: basename(file, extname(file)), file, encrypted: extname(file) === '.json' }
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined
  return () => {
    result ??= work()
    return result
  }
}
