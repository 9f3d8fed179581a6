import { createHash } from 'node:crypto'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { FileError } from '../argument-errors.js'

/** A BagIt 1.0 bag (RFC 8493), of few and small files. */
export interface Bag {
  /** By path below `data/`. */
  payload: Readonly<Record<string, Uint8Array | string>>
  info: Readonly<Record<string, string>>
}

/** Writes a bag; the folder appears only when it is whole. */
export async function writeBag(folder: string, { payload, info }: Bag): Promise<void> {
  const data = Object.fromEntries(Object.entries(payload).map(([path, bytes]) => [`data/${path}`, Buffer.from(bytes)]))
  const sizeBytes = Object.values(data).reduce((sum, bytes) => sum + bytes.length, 0)
  const words = { ...info, 'Payload-Oxum': `${sizeBytes}.${Object.keys(data).length}` }
  const tags = {
    'bagit.txt': Buffer.from('BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n'),
    'bag-info.txt': Buffer.from(
      Object.entries(words)
        .map(([name, value]) => `${name}: ${value}\n`)
        .join(''),
    ),
    'manifest-sha512.txt': manifestOf(data),
  }
  const files = { ...data, ...tags, 'tagmanifest-sha512.txt': manifestOf(tags) }
  const draft = `${folder}.unfinished`
  try {
    await rm(draft, { recursive: true, force: true })
    for (const [path, bytes] of Object.entries(files)) {
      await mkdir(dirname(join(draft, path)), { recursive: true })
      await writeFile(join(draft, path), bytes)
    }
    await rename(draft, folder)
  } catch (error) {
    await rm(draft, { recursive: true, force: true }).catch(() => undefined)
    throw new FileError(folder, 'cannot be written: check path, permissions and space.', error)
  }
}

function manifestOf(files: Readonly<Record<string, Buffer>>): Buffer {
  const lines = Object.entries(files).map(
    ([path, bytes]) => `${createHash('sha512').update(bytes).digest('hex')}  ${path}\n`,
  )
  return Buffer.from(lines.join(''))
}
