import { readFile } from 'node:fs/promises'
import { replaceSecret } from '../keys/secret-file.js'
import { type Profile, profileSchema } from '../profile.js'
import { ProfileError } from '../profile-errors.js'

/** Chain id of every local network. */
const LOCAL_CHAIN_ID = 31_337

/** The profile in `file`; undefined if there is none that can be read as one. */
export async function readProfile(file: string): Promise<Profile | undefined> {
  try {
    return profileSchema.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new ProfileError(`${file} is not a profile that can be replaced: move it away, or name another --profile.`, {
      file,
    })
  }
}

/** Throws if `file` is the profile of a chain that is no local one: nobody wants to lose that. */
export async function requireReplaceable(file: string): Promise<void> {
  const chainId = (await readProfile(file))?.deployment.chainId ?? LOCAL_CHAIN_ID
  if (chainId === LOCAL_CHAIN_ID) return
  throw new ProfileError(
    `${file} is the profile of chain ${chainId}: it is kept. Start the local network in another folder, or name another --profile.`,
    { file, chainId },
  )
}

/** Writes a profile; a default key that somebody chose stays. */
export async function writeDevProfile(file: string, profile: Profile): Promise<void> {
  const chosen = (await readProfile(file))?.defaultKey
  const kept = chosen === undefined ? profile : { ...profile, defaultKey: chosen }
  await replaceSecret(file, `${JSON.stringify(kept, undefined, 2)}\n`)
}
