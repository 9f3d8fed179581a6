import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { link, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { generateKey } from '@gristmill/sdk'
import { KeyFileError } from './cli-errors.js'

/** Rights of anybody but the owner. */
const OTHERS = 0o077

/** Reads a private key: 64 hexadecimal digits. */
export async function readPrivateKey(file: string): Promise<string> {
  const text = (await readSecret(file)).trim()
  if (!/^(0x)?[0-9a-fA-F]{64}$/.test(text)) {
    throw new KeyFileError(file, 'does not hold a private key of 64 hexadecimal digits: put one there.')
  }
  return text.startsWith('0x') ? text : `0x${text}`
}

/** The armored OpenPGP private key kept beside an account's key; made at first use. */
export async function openpgpKeyBeside(keyFile: string, name: string): Promise<string> {
  const stem = basename(keyFile, extname(keyFile))
  const file = join(dirname(keyFile), `${stem}.openpgp.asc`)
  if (!existsSync(file)) {
    const { privateKey } = await generateKey({ name })
    await createSecret(file, privateKey)
  }
  return readSecret(file)
}

async function readSecret(file: string): Promise<string> {
  let mode: number
  let text: string
  try {
    mode = (await stat(file)).mode
    text = await readFile(file, 'utf8')
  } catch {
    throw new KeyFileError(file, 'cannot be read: check the path and its permissions.')
  }
  // Windows has no such rights.
  if (process.platform !== 'win32' && (mode & OTHERS) !== 0) {
    throw new KeyFileError(file, 'others may read it: chmod 600 it, and use a new key if somebody may have.')
  }
  return text
}

/** Writes a secret in one step, so that a second process finds all of it or nothing; keeps what is there. */
async function createSecret(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomUUID()}.tmp`
  try {
    await writeFile(draft, text, { flag: 'wx', mode: 0o600 })
    await link(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' && existsSync(file)) return
    throw new KeyFileError(file, 'cannot be written: check the permissions of its folder.')
  } finally {
    await rm(draft, { force: true })
  }
}
