import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Io } from './io.js'

/** Where `gristmill init` writes, below a folder. */
export const OWN_PROFILE = join('.gristmill', 'profile.json')
const DEMO_PROFILE = join('.demo', 'profile.json')

export interface FoundProfile {
  /** Absent if there is none. */
  file?: string
  text?: string
  /** Where it was looked for, for people. */
  places: string
}

/** The file of the profile that is named, or the first that is there. Throws what the file system throws. */
export async function findProfile(
  { env, cwd }: Pick<Io, 'env' | 'cwd'>,
  named: string | undefined,
): Promise<FoundProfile> {
  const wanted = named ?? (env.GRISTMILL_PROFILE || undefined)
  const own = foldersFrom(cwd).map((folder) => join(folder, OWN_PROFILE))
  const places = wanted ?? `${OWN_PROFILE} here or in a folder above, or at ${DEMO_PROFILE}`
  for (const candidate of wanted === undefined ? [...own, DEMO_PROFILE] : [wanted]) {
    const file = resolve(cwd, candidate)
    const text = await readIfThere(file)
    if (text !== undefined) return { file, text, places }
  }
  return { places }
}

function foldersFrom(folder: string): string[] {
  const parent = dirname(folder)
  return parent === folder ? [folder] : [folder, ...foldersFrom(parent)]
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
}
