import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import type { Io } from '../io.js'
import { fields, printResult } from '../output.js'
import { loadProfile } from '../profile.js'
import { actorOfFile, openActor } from './actor.js'
import { findKey, keysDirectory } from './key-store.js'

export async function showKey(io: Io, command: Command, named: string | undefined): Promise<void> {
  const loaded = await loadProfile(io, command)
  const actor =
    named === undefined
      ? await openActor(io, command, loaded)
      : await actorOfFile(io, command, await findKey(keysDirectory(loaded.directory), named))
  const { name, address, openpgpFile } = actor
  const openpgp = existsSync(openpgpFile) ? openpgpFile : undefined
  const lines = fields({ name, address, openpgp: openpgp ?? 'made when something is bought' })
  printResult(io, command, { name, address, openpgpFile: openpgp }, lines)
}
