import { randomBytes } from 'node:crypto'
import { type KeyFile, KeyFileError, readOrMakeKeyFile } from './key-file.js'

/** 32 random bytes that nobody else knows, as hexadecimal in a file. Made at first use. */
export async function openSecretKey(file: KeyFile): Promise<Uint8Array> {
  const key = await readOrMakeKeyFile(file, async () => randomBytes(32).toString('hex'))
  if (!/^[0-9a-f]{64}$/.test(key)) {
    throw new KeyFileError(file.path, 'does not hold 32 bytes as hexadecimal: restore it')
  }
  return new Uint8Array(Buffer.from(key, 'hex'))
}
