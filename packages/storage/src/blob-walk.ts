import type { Dirent } from 'node:fs'
import { opendir } from 'node:fs/promises'
import { join } from 'node:path'
import { BLOB_SUFFIX } from './blob-path.js'
import { isSystemError } from './storage-error.js'

/** Keys of all blobs under `root` that start with `prefix`, in no order, holding one name a level. */
export async function* walkBlobs(root: string, prefix: string): AsyncGenerator<string, void, undefined> {
  yield* walk(root, '', prefix)
}

async function* walk(root: string, parent: string, prefix: string): AsyncGenerator<string, void, undefined> {
  for await (const entry of entriesOf(join(root, parent))) {
    const path = `${parent}${entry.name}`
    if (entry.isDirectory()) {
      const inside = `${path}/`
      if (inside.startsWith(prefix) || prefix.startsWith(inside)) yield* walk(root, inside, prefix)
    } else if (entry.isFile() && path.endsWith(BLOB_SUFFIX)) {
      const key = path.slice(0, -BLOB_SUFFIX.length)
      if (key.startsWith(prefix)) yield key
    }
  }
}

async function* entriesOf(directory: string): AsyncGenerator<Dirent, void, undefined> {
  try {
    yield* await opendir(directory)
  } catch (error) {
    if (!isSystemError(error, 'ENOENT')) throw error
  }
}

/** The `count` smallest of `keys`, in order, holding not many more than that at once. */
export async function smallestKeys(keys: AsyncIterable<string>, count: number): Promise<string[]> {
  let kept: string[] = []
  for await (const key of keys) {
    kept.push(key)
    if (kept.length >= 2 * count) kept = kept.sort(byCodeUnit).slice(0, count)
  }
  return kept.sort(byCodeUnit).slice(0, count)
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
