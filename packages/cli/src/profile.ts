import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { addressSchema, bytes32Schema, deploymentSchema } from '@gristmill/protocol'
import type { Command } from 'commander'
import { z } from 'zod'
import { ArgumentError } from './argument-errors.js'
import { findProfile, OWN_PROFILE } from './find-profile.js'
import type { Io } from './io.js'
import { replaceSecret } from './keys/secret-file.js'
import { ProfileError } from './profile-errors.js'

const url = z.url({ protocol: /^https?$/ })

/** Where the chain and the datatrust are. The keys that may act are the files in `keys/` beside it. */
export const profileSchema = z.object({
  rpcUrl: url,
  /** Absent for who only funds or operates. */
  datatrustUrl: url.optional(),
  deployment: deploymentSchema,
  /** Name of the key that acts unless `--as` names another. */
  defaultKey: z.string().optional(),
  /** Shown by `market show` when none is named. */
  market: bytes32Schema.optional(),
  /** What `vault` commands count when none is named. */
  token: addressSchema.optional(),
})
/** Where the chain and the datatrust are. The keys that may act are the files in `keys/` beside it. */
export type Profile = z.output<typeof profileSchema>

/** A profile and the folder to which its paths are relative. */
export interface LoadedProfile {
  profile: Profile
  file: string
  directory: string
}

/** The profile that is named, or the first that is there; `--rpc` and `--datatrust` override what it says. */
export async function loadProfile(io: Io, command: Command): Promise<LoadedProfile> {
  const { rpc, datatrust, ...options } = command.optsWithGlobals<{
    profile?: string
    rpc?: string
    /** A boolean where the command has `--no-datatrust`. */
    datatrust?: string | boolean
  }>()
  const loaded = await readProfile(io, options.profile)
  const override = {
    ...(rpc === undefined ? {} : { rpcUrl: parseUrl('--rpc', rpc) }),
    ...(typeof datatrust === 'string' ? { datatrustUrl: parseUrl('--datatrust', datatrust) } : {}),
  }
  return { ...loaded, profile: { ...loaded.profile, ...override } }
}

/** Where keys are, and the one that acts by default: keys can be made before there is anything to make a profile of. */
export async function loadKeysPlace(
  io: Io,
  command: Command,
): Promise<{ profile: Pick<Profile, 'defaultKey'>; directory: string }> {
  const named = command.optsWithGlobals<{ profile?: string }>().profile ?? (io.env.GRISTMILL_PROFILE || undefined)
  const { file } = await findProfile(io, named)
  if (file !== undefined) return await loadProfile(io, command)
  return { profile: {}, directory: dirname(resolve(io.cwd, named ?? OWN_PROFILE)) }
}

async function readProfile(io: Io, named: string | undefined): Promise<LoadedProfile> {
  const { file, text, places } = await findProfile(io, named).catch((error: NodeJS.ErrnoException) => {
    throw new ProfileError(`The profile ${error.path} cannot be read: check its permissions.`, { file: error.path })
  })
  if (file !== undefined && text !== undefined)
    return { profile: parseProfile(file, text), file, directory: dirname(file) }
  throw new ProfileError(
    `There is no profile at ${places}: write one with gristmill init, start a network of your own with gristmill dev, or name yours with --profile.`,
    { places },
  )
}

/** Changes fields of a profile's file, in one step; what else is in it stays. */
export async function rewriteProfile(file: string, change: Partial<Profile>): Promise<void> {
  const json = JSON.parse(await readFile(file, 'utf8')) as object
  await replaceSecret(file, `${JSON.stringify({ ...json, ...change }, undefined, 2)}\n`)
}

/** A URL of http or https. */
export function parseUrl(argument: string, text: string): string {
  if (url.safeParse(text).success) return text
  throw new ArgumentError(argument, `${text} is not a URL: write it like http://127.0.0.1:8545.`)
}

function parseProfile(file: string, text: string): Profile {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new ProfileError(`The profile ${file} is not JSON: correct it.`, { file })
  }
  const parsed = profileSchema.safeParse(json)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const path = issue?.path.join('.') || 'the whole'
  throw new ProfileError(`The profile ${file} is wrong at ${path}: ${issue?.message ?? 'invalid'}.`, { file, path })
}
