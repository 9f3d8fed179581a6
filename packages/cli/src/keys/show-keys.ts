import type { Command } from 'commander'
import type { Io } from '../io.js'
import { note, printResult } from '../output.js'
import { loadKeysPlace } from '../profile.js'
import { table } from '../table.js'
import { actorOfFile } from './actor.js'
import { addressInKeystore, keysDirectory } from './key-store.js'
import { checksummed } from './keystore.js'
import { listKeys } from './list-keys.js'

export async function showKeys(io: Io, command: Command): Promise<void> {
  const { directory, profile } = await loadKeysPlace(io, command)
  const keys = await Promise.all(
    (await listKeys(keysDirectory(directory))).map(async (entry) => {
      const { name, encrypted } = entry
      const told = encrypted ? await addressInKeystore(entry.file) : (await actorOfFile(io, command, entry)).address
      return {
        name,
        address: told === undefined ? undefined : checksummed(told),
        encrypted,
        isDefault: name === profile.defaultKey,
      }
    }),
  )
  if (keys.length === 0) note(io, 'There are no keys yet: gristmill keys create')
  const rows = keys.map(({ name, address, encrypted, isDefault }) => ({
    name,
    address: address ?? 'not said by the file',
    kind: `${encrypted ? 'encrypted' : 'plain'}${isDefault ? ', default' : ''}`,
  }))
  const lines =
    keys.length === 0 ? [] : table(io, [{ name: 'name', flexible: true }, { name: 'address' }, { name: 'kind' }], rows)
  printResult(io, command, { keys }, lines)
}
