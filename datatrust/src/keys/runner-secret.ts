import { randomBytes } from 'node:crypto'
import { KeyFileError, readOrMakeKeyFile } from './key-file.js'

/** 32 bytes that no sponsor knows: which rows are held back follows from them. Made at first use. */
export async function openRunnerSecret(path: string): Promise<Uint8Array> {
  const key = await readOrMakeKeyFile(path, async () => randomBytes(32).toString('hex'))
  if (!/^[0-9a-f]{64}$/.test(key)) throw new KeyFileError(path, 'does not hold 32 bytes as hexadecimal: restore it')
  return new Uint8Array(Buffer.from(key, 'hex'))
}
