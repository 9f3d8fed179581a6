import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { link, mkdir, open, stat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ProtocolError } from '@gristmill/protocol'

const MAX_KEY_FILE_BYTES = 64 * 1024

/**
 * Thrown when a key file is missing, unreadable, malformed, or open to others. Never quotes the file.
 *
 * @remedy Check that the file is there and belongs to this user, `chmod 600` it, or restore it from its backup.
 */
export class KeyFileError extends ProtocolError {
  readonly code = 'KEY_FILE' as const

  constructor(path: string, problem: string, cause?: unknown) {
    super(`The key file ${path} ${problem}.`, { details: { path, problem }, ...(cause === undefined ? {} : { cause }) })
  }
}

/** Reads a key that only its owner may read. */
export async function readKeyFile(path: string): Promise<string> {
  const file = await open(path, constants.O_RDONLY).catch((cause: unknown) => {
    throw new KeyFileError(path, 'cannot be opened: check that it exists and belongs to this user', cause)
  })
  try {
    const { mode, size } = await file.stat()
    if ((mode & 0o077) !== 0) throw new KeyFileError(path, 'may be read by others: run chmod 600 on it')
    if (size === 0 || size > MAX_KEY_FILE_BYTES) throw new KeyFileError(path, 'is empty or too large: restore it')
    return (await file.readFile('utf8')).trim()
  } finally {
    await file.close()
  }
}

/**
 * Reads a key, or makes it first with mode 0600. The file appears whole or not at all, whoever else makes it at
 * the same time: two callers end up with the same key.
 */
export async function readOrMakeKeyFile(path: string, make: () => Promise<string>): Promise<string> {
  const isThere = await stat(path).then(
    () => true,
    () => false,
  )
  if (!isThere) await makeKeyFile(path, await make())
  return readKeyFile(path)
}

async function makeKeyFile(path: string, content: string): Promise<void> {
  const directory = dirname(path)
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const draft = `${path}.${randomBytes(8).toString('hex')}`
  const file = await open(draft, 'wx', 0o600)
  try {
    await file.writeFile(`${content}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  try {
    await link(draft, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await unlink(draft)
  }
  const parent = await open(directory, constants.O_RDONLY)
  try {
    await parent.sync()
  } finally {
    await parent.close()
  }
}
