import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { FileError } from '../argument-errors.js'

/** Writes a file that anybody may read: after a crash it is there as a whole, or what was there before. */
export async function writeDurably(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomUUID()}.tmp`
  try {
    await mkdir(dirname(file), { recursive: true })
    await using handle = await open(draft, 'wx', 0o644)
    await handle.writeFile(text)
    await handle.sync()
    await rename(draft, file)
    await using directory = await open(dirname(file), 'r')
    await directory.sync()
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined)
    throw new FileError(file, 'cannot be written: check path, permissions and space.', error)
  }
}
