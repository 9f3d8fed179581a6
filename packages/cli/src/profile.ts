import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { addressSchema, bytes32Schema } from '@gristmill/protocol'
import { z } from 'zod'
import { ProfileError } from './cli-errors.js'
import type { Io } from './io.js'

/** Where the chain and the datatrust are, and who acts. Paths are relative to the profile. */
export const profileSchema = z.object({
  rpcUrl: z.url(),
  datatrustUrl: z.url(),
  deployment: z.object({
    chainId: z.number().int().positive(),
    deployedAtBlock: z.number().int().min(0),
    vault: addressSchema,
    datatrusts: addressSchema,
    share: addressSchema,
    linearCurve: addressSchema,
    markets: addressSchema,
    listings: addressSchema,
    orders: addressSchema,
  }),
  /** `keyFile` holds the account's private key, 0x-hex, and is readable by its owner only. */
  actors: z.record(z.string(), z.object({ keyFile: z.string().min(1) })),
  defaultActor: z.string().optional(),
  /** Shown by `market show` when none is named. */
  market: bytes32Schema.optional(),
  /** What `balance` counts when none is named. */
  token: addressSchema.optional(),
})
export type Profile = z.output<typeof profileSchema>

/** A profile and the folder to which its paths are relative. */
export interface LoadedProfile {
  profile: Profile
  directory: string
}

const DEFAULT_FILES = ['.gristmill/profile.json', '.demo/profile.json']

/** The profile that is named, or the first that is there. */
export async function loadProfile({ env, cwd }: Io, named: string | undefined): Promise<LoadedProfile> {
  const wanted = named ?? (env.GRISTMILL_PROFILE || undefined)
  const candidates = wanted === undefined ? DEFAULT_FILES : [wanted]
  for (const candidate of candidates) {
    const file = resolve(cwd, candidate)
    const text = await readIfThere(file)
    if (text !== undefined) return { profile: parseProfile(file, text), directory: dirname(file) }
  }
  throw new ProfileError(
    `There is no profile at ${candidates.join(' or ')}: start the demo, which writes one, or name yours with --profile.`,
    { candidates },
  )
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new ProfileError(`The profile ${file} cannot be read: check its permissions.`, { file })
  }
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
