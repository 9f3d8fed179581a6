import { type Config, defaultKeyFiles } from '../config/config.js'
import { encryptKeyFiles } from './file-key-provider.js'

/** What `encryptKeys` takes. */
export interface EncryptKeysParams {
  dataDirectory: string
  keyFiles?: Partial<Config['keyFiles']>
  /** File whose first line encrypts them. */
  passphraseFile: string
}

/** Encrypts the key files that lie in the clear; names those that did. Whether the datatrust runs does not matter. */
export function encryptKeys({ dataDirectory, keyFiles, passphraseFile }: EncryptKeysParams): Promise<string[]> {
  return encryptKeyFiles({ ...defaultKeyFiles(dataDirectory), ...keyFiles }, passphraseFile)
}
