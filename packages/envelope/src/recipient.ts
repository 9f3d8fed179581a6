import type { Hex } from '@gristmill/protocol'
import { generateSessionKey, type Key, readKey } from 'openpgp'
import { toHex } from './hex.js'
import {
  KeyExpiredError,
  KeyRevokedError,
  MalformedKeyError,
  NoEncryptionKeyError,
  PrivateKeyGivenError,
} from './key-errors.js'
import { nobleSha256 } from './noble-sha256.js'
import { SETTINGS } from './openpgp-settings.js'
import { readOneKey } from './read-key.js'

/** Who a message can be sealed for: plain data, read and checked by `readRecipient`. */
export interface Recipient {
  /** The transferable public key, binary, byte for byte as given. */
  readonly publicKey: Uint8Array
  /** SHA-256 of `publicKey`: what an order's `recipientKey` names. */
  readonly recipientKey: Hex
  /** Fingerprint of the primary key: 32 bytes for v6 keys, 20 for v4. */
  readonly fingerprint: Hex
  /** The data packet this key can read: v2 in authenticated chunks (ours), v1 for GnuPG and the like. */
  readonly sealing: Sealing
}

/** Format of an OpenPGP data packet: `seipd-v2` in authenticated chunks, `seipd-v1` for GnuPG and the like. */
export type Sealing = 'seipd-v2' | 'seipd-v1'

/** Reads a public key and checks that a message can be sealed for it now. */
export async function readRecipient(armoredOrBinary: string | Uint8Array): Promise<Recipient> {
  const { key, binary } = await readOneKey(armoredOrBinary)
  if (key.isPrivate()) throw new PrivateKeyGivenError()
  await assertUsable(key)
  return {
    publicKey: binary,
    recipientKey: toHex(nobleSha256.hash(binary)),
    fingerprint: fingerprintOf(key),
    sealing: await sealingOf(key),
  }
}

/**
 * The OpenPGP key of a recipient, checked again: it may have expired since it was read.
 *
 * @internal
 */
export async function encryptionKeyOf(recipient: Recipient): Promise<Key> {
  const key = await readKey({ binaryKey: recipient.publicKey, config: SETTINGS })
  if (key.isPrivate()) throw new PrivateKeyGivenError()
  await assertUsable(key)
  return key
}

/** @internal */
export function fingerprintOf(key: Key): Hex {
  return `0x${key.getFingerprint()}`
}

async function assertUsable(key: Key): Promise<void> {
  const fingerprint = fingerprintOf(key)
  if (await key.isRevoked(undefined, undefined, new Date(), SETTINGS)) throw new KeyRevokedError(fingerprint)
  const expiration = await key.getExpirationTime(undefined, SETTINGS)
  if (expiration === null) throw new MalformedKeyError('it has no valid self-signature')
  if (expiration instanceof Date && expiration.getTime() <= Date.now()) {
    throw new KeyExpiredError(fingerprint, Math.floor(expiration.getTime() / 1000))
  }
  try {
    await key.getEncryptionKey(undefined, new Date(), undefined, SETTINGS)
  } catch (cause) {
    throw new NoEncryptionKeyError(fingerprint, cause instanceof Error ? cause.message : 'unknown')
  }
}

/** v2 only where the key's own preferences name AES-256 with GCM: support of GCM is optional in RFC 9580. */
async function sealingOf(key: Key): Promise<Sealing> {
  const { algorithm, aeadAlgorithm } = await generateSessionKey({ encryptionKeys: key, config: SETTINGS })
  return algorithm === 'aes256' && aeadAlgorithm === 'gcm' ? 'seipd-v2' : 'seipd-v1'
}
