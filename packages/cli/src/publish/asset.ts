import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { type AssetFile, assetFilesSchema } from '@gristmill/protocol'
import { ArgumentError, FileError } from '../argument-errors.js'
import type { Io } from '../io.js'
import { startProgress } from '../progress.js'

/** Files of a maker that become one asset. */
export interface Asset {
  files: AssetFile[]
  paths: readonly string[]
  /** Of each file, milliseconds: tells whether it is still the same. */
  changedAtMs: readonly number[]
  sizeBytes: number
}

/** Looks at the files that are named; reads nothing of them yet. */
export async function openAsset(io: Io, names: readonly string[]): Promise<Asset> {
  const paths = names.map((name) => resolve(io.cwd, name))
  const stats = await Promise.all(paths.map((path) => statFile(path)))
  const listed = stats.map(({ size }, index) => ({ name: basename(paths[index] as string), sizeBytes: size }))
  const parsed = assetFilesSchema.safeParse(listed)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const [index] = issue?.path ?? []
    throw new ArgumentError('file', `${typeof index === 'number' ? names[index] : 'the files'}: ${issue?.message}.`)
  }
  const sizeBytes = listed.reduce((sum, file) => sum + file.sizeBytes, 0)
  return { files: parsed.data, paths, changedAtMs: stats.map(({ mtimeMs }) => mtimeMs), sizeBytes }
}

async function statFile(path: string) {
  try {
    const found = await stat(path)
    if (found.isFile()) return found
  } catch (error) {
    throw new FileError(path, 'cannot be read: check path and permissions.', error)
  }
  throw new FileError(path, 'is no file: name the files of a folder one by one.')
}

/** The asset's bytes, one file behind the other. */
export async function* readAsset({ paths }: Asset): AsyncGenerator<Uint8Array, void, undefined> {
  for (const path of paths) {
    try {
      yield* createReadStream(path, { highWaterMark: 1_048_576 })
    } catch (error) {
      throw new FileError(path, 'cannot be read to its end: check it.', error)
    }
  }
}

/** As `readAsset`, with a bar. */
export async function* watchAsset(io: Io, asset: Asset, label: string): AsyncGenerator<Uint8Array, void, undefined> {
  using progress = startProgress(io)
  let doneBytes = 0
  for await (const chunk of readAsset(asset)) {
    yield chunk
    doneBytes += chunk.length
    progress.report({ label, doneBytes, totalBytes: asset.sizeBytes })
  }
}
