import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { link, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { KeyFileError } from './key-errors.js'

/** Rights of anybody but the owner. */
const OTHERS = 0o077

/** Reads a file that only its owner may read. */
export async function readSecret(file: string): Promise<string> {
  let mode: number
  let text: string
  try {
    mode = (await stat(file)).mode
    text = await readFile(file, 'utf8')
  } catch {
    throw new KeyFileError(file, 'cannot be read: check the path and its permissions.')
  }
  // Windows has no such rights.
  if (process.platform !== 'win32' && (mode & OTHERS) !== 0) {
    throw new KeyFileError(file, 'others may read it: chmod 600 it, and use a new key if somebody may have.')
  }
  return text
}

/** Writes a secret in one step, so that a second process finds all of it or nothing; keeps what is there and says so. */
export async function createSecret(file: string, text: string): Promise<'created' | 'kept'> {
  return write(file, text, async (draft) => {
    try {
      await link(draft, file)
      return 'created'
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST' && existsSync(file)) return 'kept'
      throw error
    }
  })
}

/** As `createSecret`, but what was there before is gone. */
export async function replaceSecret(file: string, text: string): Promise<void> {
  await write(file, text, (draft) => rename(draft, file))
}

async function write<T>(file: string, text: string, place: (draft: string) => Promise<T>): Promise<T> {
  const draft = `${file}.${randomUUID()}.tmp`
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    const handle = await open(draft, 'wx', 0o600)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    const placed = await place(draft)
    await syncFolder(dirname(file))
    return placed
  } catch {
    throw new KeyFileError(file, 'cannot be written: check the permissions of its folder and the space.')
  } finally {
    await rm(draft, { force: true })
  }
}

/** A name survives a power cut once its folder is on disk. */
async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder.
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
