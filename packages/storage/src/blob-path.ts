import { lstat, mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { BadBlobKeyError, BlobNotFoundError } from './blob-errors.js'
import { isSystemError } from './storage-error.js'

/** No key contains a dot, so that blob "a" and the directory of blob "a/b" never meet. */
export const BLOB_SUFFIX = '.blob'

/** Where the blob of a checked key lies. Throws if a directory on the way is missing or a symbolic link. */
export async function findBlobPath(root: string, key: string): Promise<string> {
  for (const directory of directoriesOf(root, key)) {
    if (!(await isDirectory(directory, key))) throw new BlobNotFoundError(key)
  }
  return join(root, `${key}${BLOB_SUFFIX}`)
}

/** As `findBlobPath`, but makes what is missing, durably. */
export async function makeBlobPath(root: string, key: string): Promise<string> {
  for (const directory of directoriesOf(root, key)) {
    if (await isDirectory(directory, key)) continue
    try {
      await mkdir(directory, { mode: 0o700 })
    } catch (error) {
      // Another put may have made it meanwhile.
      if (!isSystemError(error, 'EEXIST') || !(await isDirectory(directory, key))) throw error
    }
    await syncDirectory(dirname(directory))
  }
  return join(root, `${key}${BLOB_SUFFIX}`)
}

/** Makes the names in a directory survive a power cut. */
export async function syncDirectory(directory: string): Promise<void> {
  // Windows has no handle to a directory to sync.
  if (process.platform === 'win32') return
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function directoriesOf(root: string, key: string): string[] {
  const names = key.split('/').slice(0, -1)
  return names.map((_, i) => join(root, ...names.slice(0, i + 1)))
}

async function isDirectory(path: string, key: string): Promise<boolean> {
  try {
    const entry = await lstat(path)
    if (!entry.isDirectory()) throw new BadBlobKeyError(key, 'leads through something that is not a directory')
    return true
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return false
    throw error
  }
}
