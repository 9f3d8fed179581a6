import { readFile, stat } from 'node:fs/promises'
import { FileError } from './argument-errors.js'

/** The bytes of a file of at most `bytesMax`. */
export async function readBounded(file: string, bytesMax: number): Promise<Uint8Array> {
  try {
    if ((await stat(file)).size <= bytesMax) return await readFile(file)
  } catch (error) {
    throw new FileError(file, 'cannot be read: check path and permissions.', error)
  }
  throw new FileError(file, `has more than ${bytesMax} bytes: name another file.`)
}
