import type { Command } from 'commander'
import { Wallet } from 'ethers'
import type { Io } from '../io.js'
import { fields, note, printResult } from '../output.js'
import { KeyExistsError } from './key-errors.js'
import { keystoreFile } from './key-store.js'
import { sealKey } from './keystore.js'
import { listKeys } from './list-keys.js'
import { createSecret } from './secret-file.js'

/** Refuses a name that is taken, before anything is asked. */
export async function requireFreeName(directory: string, name: string): Promise<void> {
  keystoreFile(directory, name)
  if ((await listKeys(directory)).some((key) => key.name === name)) throw new KeyExistsError(name)
}

export interface NewKey {
  directory: string
  name: string
  privateKey: string
  password: string
}

/** Encrypts a key, writes it and shows its address. */
export async function writeKey(
  io: Io,
  command: Command,
  { directory, name, privateKey, password }: NewKey,
): Promise<void> {
  const file = keystoreFile(directory, name)
  if ((await createSecret(file, await sealKey(privateKey, password))) === 'kept') throw new KeyExistsError(name)
  const { address } = new Wallet(privateKey)
  printResult(io, command, { name, address, file }, fields({ name, address, file }))
  note(io, 'Keep a copy of the file and the password: without them the account is lost.')
}
