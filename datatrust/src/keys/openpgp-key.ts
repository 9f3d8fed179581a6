import {
  type DecryptionKey,
  generateKey,
  publicKeyOf,
  type Recipient,
  readDecryptionKey,
  readRecipient,
} from '@gristmill/envelope'
import { ProtocolError } from '@gristmill/protocol'
import { readOrMakeKeyFile } from './key-file.js'

/** The key under which assets are stored. */
export interface OpenpgpKey {
  readonly decryptionKey: DecryptionKey
  readonly recipient: Recipient
  /** Armored. */
  readonly publicKey: string
}

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

/** Reads the datatrust's private OpenPGP key; made at first use. */
export async function openOpenpgpKey(path: string): Promise<OpenpgpKey> {
  const armored = await readOrMakeKeyFile(path, makeKey)
  const decryptionKey = await readDecryptionKey(armored)
  const publicKey = publicKeyOf(decryptionKey)
  const recipient = await readRecipient(publicKey)
  if (recipient.sealing !== 'seipd-v2' || recipient.fingerprint.length !== V6_FINGERPRINT_CHARACTERS) {
    throw new StorageKeyError(recipient.fingerprint)
  }
  return { decryptionKey, recipient, publicKey }
}

async function makeKey(): Promise<string> {
  const { privateKey } = await generateKey({ name: 'Gristmill datatrust' })
  return privateKey
}
