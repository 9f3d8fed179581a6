import { mkdir, readdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { DirectoryLockedError, lockDirectory } from '@gristmill/storage'
import { DemoUsageError } from './errors.js'

const LOCK_PREFIX = 'lock.sqlite'

/** Where the demo writes, all of it under one folder. */
export interface Directory {
  path: string
  chain: string
  datatrust: string
  keys: string
  out: string
  profile: string
}

/**
 * Takes `.demo/` for this process and empties it of an earlier run; released by the stack.
 * Refuses when another demo runs there.
 */
export async function openDirectory(root: string, stack: AsyncDisposableStack): Promise<Directory> {
  const path = resolve(root, '.demo')
  await mkdir(path, { recursive: true })
  try {
    stack.use(await lockDirectory(path))
  } catch (cause) {
    if (!(cause instanceof DirectoryLockedError)) throw cause
    throw new DemoUsageError('Another demo is running in this folder; end it with Ctrl-C first.', { cause })
  }
  for (const entry of await readdir(path))
    if (!entry.startsWith(LOCK_PREFIX)) await rm(join(path, entry), { recursive: true })
  const directory = {
    path,
    chain: join(path, 'chain'),
    datatrust: join(path, 'datatrust'),
    keys: join(path, 'keys'),
    out: join(path, 'out'),
    profile: join(path, 'profile.json'),
  }
  await Promise.all([mkdir(directory.out), mkdir(directory.keys, { mode: 0o700 })])
  return directory
}
