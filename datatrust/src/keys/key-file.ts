import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { link, mkdir, open, rename, stat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ProtocolError } from '@gristmill/protocol'
import { PassphraseMissingError } from './passphrase.js'
import { isSealedKey, openSealedKey, sealKey } from './sealed-key.js'

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

/** A file that keeps one key, and how. */
export interface KeyFile {
  path: string
  /** What the key is for; an encrypted file opens for nothing else. */
  purpose: string
  /** With which it is encrypted. */
  passphrase?: string | undefined
  /** May be made in the clear, for its owner only: said, not assumed. */
  unencrypted?: boolean | undefined
}

/** Reads a key that only its owner may read, and decrypts it if it is encrypted. */
export async function readKeyFile({ path, purpose, passphrase }: KeyFile): Promise<string> {
  const text = await readPrivateFile(path)
  if (!isSealedKey(text)) {
    if (passphrase === undefined) return text
    throw new KeyFileError(
      path,
      'is not encrypted, and there is a passphrase: run gristmill datatrust keys encrypt, or name no passphrase file',
    )
  }
  if (passphrase === undefined) throw new PassphraseMissingError(path)
  const key = await openSealedKey(text, passphrase, purpose)
  if (key === undefined) {
    throw new KeyFileError(path, 'does not open: the passphrase is another, or the file is damaged; restore it')
  }
  return key
}

/** Encrypts a key that lies there in the clear; one that is encrypted stays as it is. True if it was not. */
export async function encryptKeyFile({
  path,
  purpose,
  passphrase,
}: KeyFile & { passphrase: string }): Promise<boolean> {
  const text = await readPrivateFile(path)
  if (isSealedKey(text)) return false
  const draft = await writeDraft(path, await sealKey(text, passphrase, purpose))
  await rename(draft, path)
  await flushDirectory(dirname(path))
  return true
}

/**
 * Reads a key, or makes it first with mode 0600. The file appears whole or not at all, whoever else makes it at
 * the same time: two callers end up with the same key.
 */
export async function readOrMakeKeyFile(file: KeyFile, make: () => Promise<string>): Promise<string> {
  const { path, purpose, passphrase, unencrypted } = file
  const isThere = await stat(path).then(
    () => true,
    () => false,
  )
  if (!isThere) {
    if (passphrase === undefined && unencrypted !== true) throw new PassphraseMissingError(path)
    const key = await make()
    if (await makeKeyFile(path, passphrase === undefined ? key : await sealKey(key, passphrase, purpose))) return key
  }
  return readKeyFile(file)
}

/** Reads a file that only its owner may read: a key as it lies there, or another secret of a line. */
export async function readPrivateFile(path: string): Promise<string> {
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

/** False if somebody else has made it meanwhile. */
async function makeKeyFile(path: string, content: string): Promise<boolean> {
  const draft = await writeDraft(path, content)
  try {
    await link(draft, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  } finally {
    await unlink(draft)
  }
  await flushDirectory(dirname(path))
  return true
}

async function writeDraft(path: string, content: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.${randomBytes(8).toString('hex')}`
  const file = await open(draft, 'wx', 0o600)
  try {
    await file.writeFile(`${content}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  return draft
}

/**
 * Overwrites a key with zeros and removes it. A file system that copies on write, a flash disk, or a snapshot may keep
 * the old bytes all the same.
 */
export async function destroyKeyFile(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    const { size } = await file.stat()
    await file.write(Buffer.alloc(size), 0, size, 0)
    await file.sync()
  } finally {
    await file.close()
  }
  await unlink(path)
  await flushDirectory(dirname(path))
}

async function flushDirectory(directory: string): Promise<void> {
  const parent = await open(directory, constants.O_RDONLY)
  try {
    await parent.sync()
  } finally {
    await parent.close()
  }
}
