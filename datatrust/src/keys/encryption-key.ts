import { type DecryptionKey, publicKeyOf, type Recipient, readRecipient } from '@gristmill/envelope'
import { ProtocolError } from '@gristmill/protocol'
import type { EncryptionKey } from './key-provider.js'

/** Thrown when the given OpenPGP key cannot keep assets. */
export class StorageKeyError extends ProtocolError {
  readonly code = 'STORAGE_KEY' as const

  constructor(fingerprint: string) {
    super(
      `OpenPGP key ${fingerprint} is not a version 6 key that reads SEIPDv2. Give one, or let the datatrust make its own.`,
      { details: { fingerprint } },
    )
  }
}

const V6_FINGERPRINT_CHARACTERS = 2 + 2 * 32

/** A key pair that is here. */
export function encryptionKeyOf(decryptionKey: DecryptionKey): Promise<EncryptionKey> {
  return createEncryptionKey(publicKeyOf(decryptionKey), decryptionKey)
}

/** A key whose private half may be elsewhere; StorageKeyError unless it can keep assets. */
export async function createEncryptionKey(publicKey: string, decryptionKey: DecryptionKey): Promise<EncryptionKey> {
  const recipient = await readRecipient(publicKey)
  requireStorable(recipient)
  return Object.freeze({ fingerprint: recipient.fingerprint, recipient, publicKey, decryptionKey })
}

function requireStorable({ sealing, fingerprint }: Recipient): void {
  if (sealing === 'seipd-v2' && fingerprint.length === V6_FINGERPRINT_CHARACTERS) return
  throw new StorageKeyError(fingerprint)
}
