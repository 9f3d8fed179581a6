import { mkdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { DirectoryLockedError, lockDirectory } from '@gristmill/storage'
import { DemoUsageError } from './errors.js'

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
 * Takes `.demo/` for this process and removes what an earlier run left there, nothing else; released by the stack.
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
  const directory = {
    path,
    chain: join(path, 'chain'),
    datatrust: join(path, 'datatrust'),
    keys: join(path, 'keys'),
    out: join(path, 'out'),
    profile: join(path, 'profile.json'),
  }
  const { chain, datatrust, keys, out, profile } = directory
  for (const left of [chain, datatrust, keys, out, profile]) await rm(left, { recursive: true, force: true })
  await Promise.all([mkdir(directory.out), mkdir(directory.keys, { mode: 0o700 })])
  return directory
}
