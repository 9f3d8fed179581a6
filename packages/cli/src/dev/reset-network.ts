import { readFile, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isProtocolError } from '@gristmill/protocol'
import { lockDirectory } from '@gristmill/storage'
import type { Command } from 'commander'
import type { Io } from '../io.js'
import { keysDirectory } from '../keys/key-store.js'
import { fields, note, printResult } from '../output.js'
import { askToGoOn } from '../plan/ask-to-go-on.js'
import { DEV_ACCOUNTS } from './dev-accounts.js'
import type { DevDirectory } from './dev-directory.js'
import { DevNetworkRunsError } from './dev-errors.js'
import { devPlaces } from './dev-places.js'
import { requireReplaceable } from './dev-profile.js'

export async function resetNetwork(io: Io, command: Command): Promise<void> {
  const { directory, profileFile, profileDirectory } = devPlaces(io, command)
  await requireReplaceable(profileFile)
  const keys = await keysOf(directory, keysDirectory(profileDirectory))
  const title = `Remove the local network in ${directory.path}`
  const rows = { network: directory.path, profile: profileFile, keys: keys.join(', ') }
  await requireStopped(directory)
  await askToGoOn(io, command, {
    title,
    lines: [...fields(rows), 'Listings, uploads, orders and play money on it are gone for good.'].map(
      (line) => `  ${line}`,
    ),
    more: ['Nothing was removed.'],
    document: { dryRun: true, title, directory: directory.path, profileFile, keys },
  })
  // The profile first: without it nothing points to what is half gone.
  const removed = [profileFile, ...keys, directory.portsFile, directory.chain, directory.datatrust]
  for (const path of removed) await rm(path, { recursive: true, force: true })
  // What somebody else put there stays.
  await rmdir(directory.path).catch(() => undefined)
  printResult(io, command, { removed }, fields({ removed: directory.path }))
  note(io, 'gristmill dev makes a new one.')
}

/** Key files that the network wrote; what somebody else put there stays. */
async function keysOf({ chain }: DevDirectory, keys: string): Promise<string[]> {
  const actors = JSON.parse(await textOf(join(chain, 'actors.json'))) as Record<string, { privateKey?: string }>
  const files = DEV_ACCOUNTS.map((name) => ({ name, file: join(keys, `${name}.key`) }))
  const texts = await Promise.all(files.map(({ file }) => textOf(file)))
  return files.filter(({ name }, index) => texts[index]!.trim() === actors[name]?.privateKey).map(({ file }) => file)
}

async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '{}')
}

async function requireStopped({ path, chain, datatrust }: DevDirectory): Promise<void> {
  for (const directory of [chain, datatrust]) {
    try {
      await (await lockDirectory(directory)).close()
    } catch (error) {
      throw isProtocolError(error, 'DIRECTORY_LOCKED') ? new DevNetworkRunsError(path, error) : error
    }
  }
}
