import { constants } from 'node:fs'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { bytes32Schema } from '@gristmill/protocol'
import { createSessionKey, type SessionKey, sessionKeyOf } from '../orders/session-key.js'
import { PartialFileError } from './partial-file-error.js'

/**
 * The session key in a file of mode 0600, made and written durably if there is none: a download that is killed goes on with
 * it. Remove the file when the content is safe.
 *
 * @example
 * const session = await sessionFile('table.csv.session')
 * const quote = await client.orders.quote({ listing, kind: 'access', ackKey: session.address })
 */
export async function sessionFile(path: string): Promise<SessionKey> {
  try {
    return (await read(path)) ?? (await make(path))
  } catch (error) {
    throw error instanceof PartialFileError ? error : new PartialFileError(path, error)
  }
}

async function read(path: string): Promise<SessionKey | undefined> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  })
  if (file === undefined) return undefined
  try {
    const { success, data } = bytes32Schema.safeParse((await file.readFile('utf8')).trim())
    // NOTE: no excerpt: it may be a key all the same.
    if (!success) throw new PartialFileError(path, new Error('it holds no session key'))
    return sessionKeyOf(data)
  } finally {
    await file.close()
  }
}

async function make(path: string): Promise<SessionKey> {
  const session = createSessionKey()
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(`${session.privateKey}\n`)
    await file.sync()
  } catch (error) {
    await rm(path, { force: true })
    throw error
  } finally {
    await file.close()
  }
  await syncDirectory(await open(dirname(path), 'r'))
  return session
}

async function syncDirectory(directory: FileHandle): Promise<void> {
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}
