import type { Command } from 'commander'
import { FileError } from '../argument-errors.js'
import type { Io } from '../io.js'
import { fields, printResult } from '../output.js'
import { loadProfile } from '../profile.js'
import { actorOfFile } from './actor.js'
import { findKey, keysDirectory } from './key-store.js'
import { createOpenpgpKey } from './openpgp-key.js'

/** Makes a key where there is none; one that is there may be needed to open what was bought. */
export async function renewOpenpgpKey(io: Io, command: Command, named: string): Promise<void> {
  const { directory } = await loadProfile(io, command)
  const actor = await actorOfFile(io, command, await findKey(keysDirectory(directory), named))
  const { name, openpgpFile } = actor
  if ((await createOpenpgpKey(actor)) === 'kept') throw new FileError(openpgpFile, 'is there already: it is kept.')
  printResult(io, command, { name, openpgpFile }, fields({ name, openpgp: openpgpFile }))
}
