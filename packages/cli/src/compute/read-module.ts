import { readFile, stat } from 'node:fs/promises'
import { FileError } from '../argument-errors.js'

/** Largest algorithm that is read; datatrusts take less. */
const MODULE_BYTES_MAX = 64 * 1_048_576

/** The algorithm in a file. */
export async function readModule(file: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(file)
    if (size <= MODULE_BYTES_MAX) return await readFile(file)
  } catch (error) {
    throw new FileError(file, 'cannot be read: name an algorithm with --algorithm.', error)
  }
  throw new FileError(file, `has more than ${MODULE_BYTES_MAX} bytes: name an algorithm with --algorithm.`)
}
