import type { Hex } from '@gristmill/protocol'
import { decryptKey, generateKey as generateOpenpgpKey, type PrivateKey } from 'openpgp'
import { BadKeyNameError, KeyLockedError, PublicKeyGivenError } from './key-errors.js'
import { SETTINGS } from './openpgp-settings.js'
import { readOneKey } from './read-key.js'
import { fingerprintOf } from './recipient.js'

/** A private key, unlocked. The object itself shows only its fingerprint, so that it can be logged by accident. */
export interface DecryptionKey {
  readonly fingerprint: Hex
}

/** A new key pair, armored. */
export interface GeneratedKey {
  /** Armored; encrypted if a passphrase was given, otherwise whoever keeps it protects it. */
  privateKey: string
  /** Armored. */
  publicKey: string
  /** 32 bytes: the key is of version 6 (RFC 9580). */
  fingerprint: Hex
}

/** What `generateKey` takes. */
export interface GenerateKeyParams {
  /** Stands in the key's user id; public. */
  name: string
  /** Encrypts the private key. */
  passphrase?: string
}

const MAX_NAME_CHARACTERS = 100
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it refuses
const NAME_PATTERN = /^[^<>()\u0000-\u001f\u007f]+$/

const privateKeys = new WeakMap<DecryptionKey, PrivateKey>()

/** Makes a key pair for ourselves: version 6, X25519, reads SEIPDv2 with AES-256-GCM. */
export async function generateKey({ name, passphrase }: GenerateKeyParams): Promise<GeneratedKey> {
  if (name.length > MAX_NAME_CHARACTERS || !NAME_PATTERN.test(name)) throw new BadKeyNameError(MAX_NAME_CHARACTERS)
  const { privateKey, publicKey } = await generateOpenpgpKey({
    type: 'curve25519',
    userIDs: { name },
    ...(passphrase === undefined ? {} : { passphrase }),
    format: 'object',
    config: SETTINGS,
  })
  return { privateKey: privateKey.armor(), publicKey: publicKey.armor(), fingerprint: fingerprintOf(publicKey) }
}

/** What `readDecryptionKey` takes. */
export interface ReadDecryptionKeyParams {
  passphrase?: string
}

/** Reads a private key of any version and unlocks it. Expired keys open what was sealed for them. */
export async function readDecryptionKey(
  armoredOrBinary: string | Uint8Array,
  { passphrase }: ReadDecryptionKeyParams = {},
): Promise<DecryptionKey> {
  const { key } = await readOneKey(armoredOrBinary)
  if (!key.isPrivate()) throw new PublicKeyGivenError()
  const decryptionKey = Object.freeze({ fingerprint: fingerprintOf(key) })
  privateKeys.set(decryptionKey, key.isDecrypted() ? key : await unlock(key, passphrase))
  return decryptionKey
}

/**
 * The private key behind `key`.
 *
 * @internal
 */
export function privateKeyOf(key: DecryptionKey): PrivateKey {
  const privateKey = privateKeys.get(key)
  if (privateKey === undefined) throw new KeyLockedError('no passphrase')
  return privateKey
}

async function unlock(key: PrivateKey, passphrase: string | undefined): Promise<PrivateKey> {
  if (passphrase === undefined) throw new KeyLockedError('no passphrase')
  try {
    return await decryptKey({ privateKey: key, passphrase, config: SETTINGS })
  } catch {
    throw new KeyLockedError('wrong passphrase')
  }
}
