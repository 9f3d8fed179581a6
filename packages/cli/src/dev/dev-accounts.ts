import { join } from 'node:path'
import type { Actors } from '@gristmill/localnet'
import { KeyTakenError } from '../keys/key-errors.js'
import { keysDirectory } from '../keys/key-store.js'
import { listKeys } from '../keys/list-keys.js'
import { createSecret, readSecret } from '../keys/secret-file.js'

/** Who can act on a local network, each with play money and native coin. */
export const DEV_ACCOUNTS = ['maker', 'buyer', 'patron', 'sponsor', 'operator', 'curator'] as const

/** Writes the keys of a local network beside its profile, in the clear: they are worth nothing elsewhere. Keeps what is there. */
export async function writeDevKeys(profileDirectory: string, actors: Actors): Promise<void> {
  const directory = keysDirectory(profileDirectory)
  const taken = await listKeys(directory)
  for (const name of DEV_ACCOUNTS) {
    const { privateKey } = actors[name]
    const file = join(directory, `${name}.key`)
    const encrypted = taken.find((key) => key.name === name && key.encrypted)
    if (encrypted !== undefined) throw new KeyTakenError(name, encrypted.file)
    const kept = (await createSecret(file, `${privateKey}\n`)) === 'kept'
    if (kept && (await readSecret(file)).trim() !== privateKey) throw new KeyTakenError(name, file)
  }
}
