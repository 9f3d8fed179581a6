import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { DatatrustId, Deployment } from '@gristmill/protocol'
import type { Command } from 'commander'
import { z } from 'zod'
import { writeDurably } from '../deploy/write-durably.js'
import type { Io } from '../io.js'
import { type LoadedProfile, loadProfile } from '../profile.js'

export interface DataOption {
  data?: string
}

/** The folder that is named, or the one beside the profile. */
export function dataFolderOf(io: Io, { directory }: LoadedProfile, options: DataOption): string {
  return namedFolder(io, options) ?? join(directory, 'datatrust')
}

/** The same for what needs no chain: a profile is asked for only if no folder is named. */
export async function namedDataFolder(io: Io, command: Command, options: DataOption): Promise<string> {
  return namedFolder(io, options) ?? dataFolderOf(io, await loadProfile(io, command), options)
}

function namedFolder(io: Io, { data }: DataOption): string | undefined {
  const named = data ?? (io.env.DATATRUST_DATA_DIRECTORY || undefined)
  return named === undefined ? undefined : resolve(io.cwd, named)
}

/** Among the keys, whose registration it is: who keeps them apart and puts them into a restored folder brings it too. */
const FILE = join('keys', 'registration.json')
const registrationSchema = z.object({ chainId: z.int(), datatrusts: z.string(), datatrust: z.int().min(1) })

/** The number under which the keys of a folder were registered with this deployment; undefined if they were not. */
export async function readRegistration(folder: string, deployment: Deployment): Promise<DatatrustId | undefined> {
  const text = await readFile(join(folder, FILE), 'utf8').catch(() => '{}')
  const parsed = registrationSchema.safeParse(parseJson(text))
  const isOfThis =
    parsed.success &&
    parsed.data.chainId === deployment.chainId &&
    parsed.data.datatrusts.toLowerCase() === deployment.datatrusts.toLowerCase()
  return isOfThis ? parsed.data.datatrust : undefined
}

export async function writeRegistration(folder: string, deployment: Deployment, datatrust: DatatrustId): Promise<void> {
  const { chainId, datatrusts } = deployment
  await writeDurably(join(folder, FILE), `${JSON.stringify({ chainId, datatrusts, datatrust })}\n`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
