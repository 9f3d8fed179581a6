import type { Command } from 'commander'
import { Wallet } from 'ethers'
import type { Io } from '../io.js'
import { loadKeysPlace } from '../profile.js'
import { keysDirectory } from './key-store.js'
import { choosePassword } from './password.js'
import { requireFreeName, writeKey } from './write-key.js'

export async function createKey(io: Io, command: Command, name: string): Promise<void> {
  const directory = keysDirectory((await loadKeysPlace(io, command)).directory)
  await requireFreeName(directory, name)
  const password = await choosePassword(io, command, `the key ${name}`)
  const { privateKey } = Wallet.createRandom()
  await writeKey(io, command, { directory, name, privateKey, password })
}
