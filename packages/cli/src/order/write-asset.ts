import { existsSync } from 'node:fs'
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { AssetFile } from '@gristmill/protocol'
import { FileError } from '../argument-errors.js'

export interface WriteAssetParams {
  /** Where one file goes; with several files, a folder. Must not exist. */
  out: string
  content: AsyncIterable<Uint8Array>
  /** How the content is divided; names are checked, see `fileNameSchema`. */
  files: readonly AssetFile[]
}

/** Refuses to write over what is there, before anything is paid. */
export function requireFree(out: string): void {
  if (existsSync(out)) throw new FileError(out, 'is there already: name another file with --out.')
}

/** Writes under another name first: `out` appears only when the content has been read to its verified end. */
export async function writeAsset({ out, content, files }: WriteAssetParams): Promise<void> {
  const target = resolve(out)
  const unverified = `${target}.unverified`
  requireFree(target)
  try {
    await mkdir(dirname(target), { recursive: true })
    await rm(unverified, { recursive: true, force: true })
    if (files.length > 1) await mkdir(unverified)
    const paths = files.length > 1 ? files.map((file) => join(unverified, file.name)) : [unverified]
    await divide(content, files, paths)
    await rename(unverified, target)
  } catch (error) {
    // What failed first is what counts.
    await rm(unverified, { recursive: true, force: true }).catch(() => undefined)
    const { syscall } = error as NodeJS.ErrnoException
    throw syscall === undefined
      ? error
      : new FileError(out, 'cannot be written: check path, permissions and space.', error)
  }
}

async function divide(
  content: AsyncIterable<Uint8Array>,
  files: readonly AssetFile[],
  paths: readonly string[],
): Promise<void> {
  let index = 0
  let leftBytes = files[0]?.sizeBytes ?? 0
  let handle: FileHandle | undefined
  try {
    for await (const chunk of content) {
      for (let offset = 0; offset < chunk.length; ) {
        if (leftBytes === 0 && index < files.length - 1) {
          await handle?.close()
          handle = undefined
          index += 1
          leftBytes = files[index]?.sizeBytes ?? 0
        }
        handle ??= await open(paths[index] as string, 'wx', 0o644)
        // Of the last file there is no end but the content's, whose size is checked elsewhere.
        const bytes = index < files.length - 1 ? chunk.subarray(offset, offset + leftBytes) : chunk.subarray(offset)
        await handle.writeFile(bytes)
        offset += bytes.length
        leftBytes -= bytes.length
      }
    }
    await handle?.sync()
  } finally {
    await handle?.close()
  }
}
