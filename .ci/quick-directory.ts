import { chmodSync, mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { join } from 'node:path'

const IN_MEMORY = '/dev/shm'
const ROOM_BYTES = 6 * 2 ** 30

/**
 * Where tests put their temporary files: in memory, if there is room. They flush thousands of times, which takes a disk
 * longer than all else; what is killed loses nothing of what it flushed there either. `undefined`: wherever TMPDIR says.
 */
export function quickDirectory(): ({ path: string } & Disposable) | undefined {
  if (process.env.TMPDIR !== undefined || freeBytes(IN_MEMORY) < ROOM_BYTES) return undefined
  const path = mkdtempSync(join(IN_MEMORY, 'gristmill-'))
  // PostgreSQL will not run as root, and has a folder of its own below.
  chmodSync(path, 0o755)
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

/** 0 where there is no such folder. */
function freeBytes(path: string): number {
  try {
    const { bavail, bsize } = statfsSync(path)
    return bavail * bsize
  } catch {
    return 0
  }
}
