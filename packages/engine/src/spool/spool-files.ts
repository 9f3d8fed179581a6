import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, link, open, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** True if `error` is one of these system errors, such as `ENOENT`. */
export function isSystemError(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}

/** Writes a file for its owner alone, flushed to the disk. */
export async function writePrivate(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Puts a whole file under a name at once, unless there is one of that name already: then that one stays. */
export async function putOnce(path: string, bytes: Uint8Array): Promise<void> {
  const partial = join(dirname(path), `.${randomUUID()}`)
  try {
    await writePrivate(partial, bytes)
    await link(partial, path)
  } catch (error) {
    if (!isSystemError(error, 'EEXIST')) throw error
  } finally {
    await rm(partial, { force: true })
  }
}

/**
 * Reads a file that somebody hostile may have put there: no link is followed, nothing but a regular file is opened, and no
 * more than `bytesMax` is read. Undefined if there is none; `'bad'` for anything else.
 */
export async function readHostile(path: string, bytesMax: number): Promise<Uint8Array | 'bad' | undefined> {
  let file: FileHandle
  try {
    // Without O_NONBLOCK a pipe would be waited for.
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    return isSystemError(error, 'ENOENT') ? undefined : 'bad'
  }
  try {
    const { size } = await file.stat()
    if (!(await file.stat()).isFile() || size > bytesMax) return 'bad'
    const bytes = new Uint8Array(size)
    let filled = 0
    while (filled < size) {
      const { bytesRead } = await file.read(bytes, filled, size - filled, filled)
      if (bytesRead === 0) return 'bad'
      filled += bytesRead
    }
    return bytes
  } catch {
    return 'bad'
  } finally {
    await file.close()
  }
}
