import { type DecryptionKey, privateKeyOf } from './decryption-key.js'

/** The public half of a private key, armored. */
export function publicKeyOf(key: DecryptionKey): string {
  return privateKeyOf(key).toPublic().armor()
}
