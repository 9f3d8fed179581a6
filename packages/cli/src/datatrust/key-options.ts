import { resolve } from 'node:path'
import type { PrepareIdentityParams } from '@gristmill/datatrust'
import type { Io } from '../io.js'

export interface KeyOptions {
  passphraseFile?: string
  unencryptedKeys?: true
}

type KeyProtection = Pick<PrepareIdentityParams, 'passphraseFile' | 'unencryptedKeys' | 'kms'>

/** How the server's keys are protected: options, then `DATATRUST_…` variables. */
export function keyProtectionOf(io: Io, { passphraseFile, unencryptedKeys }: KeyOptions): KeyProtection {
  const { env } = io
  const file = passphraseFile ?? (env.DATATRUST_PASSPHRASE_FILE || undefined)
  const url = env.DATATRUST_KMS_URL || undefined
  const tokenFile = env.DATATRUST_KMS_TOKEN_FILE || undefined
  return {
    ...(file === undefined ? {} : { passphraseFile: resolve(io.cwd, file) }),
    ...(url === undefined || tokenFile === undefined ? {} : { kms: { url, tokenFile } }),
    ...(unencryptedKeys === true || env.DATATRUST_UNENCRYPTED_KEYS === 'yes' ? { unencryptedKeys: true } : {}),
  }
}
