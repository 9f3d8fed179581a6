import { dirname, join, resolve } from 'node:path'
import type { Command } from 'commander'
import type { Io } from '../io.js'
import { type DevDirectory, devDirectory } from './dev-directory.js'

/** Where a local network and its profile are, or would be. */
export interface DevPlaces {
  directory: DevDirectory
  profileFile: string
  profileDirectory: string
}

/** From the options and the folder in which the command was given. */
export function devPlaces({ env, cwd }: Io, command: Command): DevPlaces {
  const options = command.optsWithGlobals<{ profile?: string; directory?: string }>()
  const named = options.profile ?? (env.GRISTMILL_PROFILE || undefined)
  const profileFile = resolve(cwd, named ?? join('.gristmill', 'profile.json'))
  const profileDirectory = dirname(profileFile)
  const path = options.directory === undefined ? join(profileDirectory, 'dev') : resolve(cwd, options.directory)
  return { directory: devDirectory(path), profileFile, profileDirectory }
}
