import type { Command } from 'commander'
import type { Io } from '../io.js'
import { fields, printResult } from '../output.js'
import { loadProfile, rewriteProfile } from '../profile.js'
import { findKey, keysDirectory } from './key-store.js'

export async function useKey(io: Io, command: Command, named: string): Promise<void> {
  const loaded = await loadProfile(io, command)
  const { name } = await findKey(keysDirectory(loaded.directory), named)
  await rewriteProfile(loaded.file, { defaultKey: name })
  printResult(
    io,
    command,
    { defaultKey: name, profile: loaded.file },
    fields({ 'default key': name, profile: loaded.file }),
  )
}
