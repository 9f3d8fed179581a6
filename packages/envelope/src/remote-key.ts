import { enums, type Key, readMessage, type Subkey } from 'openpgp'
import type { DecryptionKey } from './decryption-key.js'
import { toHex } from './hex.js'
import { NoEncryptionKeyError, PrivateKeyGivenError } from './key-errors.js'
import { openedBy } from './opener.js'
import { SETTINGS } from './openpgp-settings.js'
import { readOneKey } from './read-key.js'
import { fingerprintOf } from './recipient.js'
import type { SessionKey } from './session-key.js'

/** What `remoteDecryptionKey` takes. */
export interface RemoteDecryptionKeyParams {
  /** Public half, armored or binary: a version 6 key whose encryption subkey is X25519. */
  publicKey: string | Uint8Array
  /**
   * X25519 (RFC 7748) of the private key, wherever it is, with a public point of 32 bytes. Gives the shared secret of 32
   * bytes. What it throws passes unchanged.
   */
  agree: (ephemeralPublicKey: Uint8Array) => Promise<Uint8Array>
}

/**
 * A decryption key whose private part stays elsewhere, in an HSM or a key service: it is asked for one key agreement per
 * message, and never sees the message. Opens SEIPDv2 only.
 */
export async function remoteDecryptionKey({ publicKey, agree }: RemoteDecryptionKeyParams): Promise<DecryptionKey> {
  const { key } = await readOneKey(publicKey)
  if (key.isPrivate()) throw new PrivateKeyGivenError()
  const subkey = await x25519SubkeyOf(key)
  const fingerprint = `0x${subkey.getFingerprint()}`
  const recipient = (subkey.keyPacket.publicParams as { A: Uint8Array }).A
  return openedBy(fingerprintOf(key), async (keyPackets) => {
    const { packets } = await readMessage({ binaryMessage: keyPackets, config: SETTINGS })
    for (const packet of packets as Iterable<unknown>) {
      const { version, publicKeyFingerprint, encrypted } = packet as Partial<KeyPacket>
      if (version !== 6 || publicKeyFingerprint === undefined || encrypted === undefined) continue
      if (toHex(publicKeyFingerprint) !== fingerprint) continue
      const { ephemeralPublicKey, C } = encrypted
      const shared = await agree(ephemeralPublicKey)
      const data = await unwrap({ ephemeralPublicKey, recipient, shared, wrappedKey: C.wrappedKey })
      return data === undefined ? undefined : sessionKeyOf(data)
    }
    return undefined
  })
}

interface KeyPacket {
  version: number
  publicKeyFingerprint: Uint8Array
  encrypted: { ephemeralPublicKey: Uint8Array; C: { wrappedKey: Uint8Array } }
}

async function x25519SubkeyOf(key: Key): Promise<Subkey> {
  const found = await key.getEncryptionKey(undefined, new Date(), undefined, SETTINGS)
  if (found.keyPacket.version !== 6 || found.keyPacket.algorithm !== enums.publicKey.x25519) {
    throw new NoEncryptionKeyError(fingerprintOf(key), 'its encryption subkey is not X25519 of version 6')
  }
  return found as Subkey
}

interface UnwrapParams {
  ephemeralPublicKey: Uint8Array
  recipient: Uint8Array
  shared: Uint8Array
  wrappedKey: Uint8Array
}

/** RFC 9580, 5.1.6: HKDF-SHA-256 of both public keys and the shared secret gives the key of an AES-128 key wrap. */
async function unwrap({
  ephemeralPublicKey,
  recipient,
  shared,
  wrappedKey,
}: UnwrapParams): Promise<Uint8Array | undefined> {
  const { subtle } = globalThis.crypto
  const secret = new Uint8Array([...ephemeralPublicKey, ...recipient, ...shared])
  const material = await subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey'])
  const derivation = {
    name: 'HKDF',
    hash: 'SHA-256',
    salt: new Uint8Array(),
    info: new TextEncoder().encode('OpenPGP X25519'),
  }
  const wrapping = await subtle.deriveKey(derivation, material, { name: 'AES-KW', length: 128 }, false, ['unwrapKey'])
  const inner = { name: 'HMAC', hash: 'SHA-256' }
  try {
    const unwrapped = await subtle.unwrapKey('raw', wrappedKey.slice(), wrapping, 'AES-KW', inner, true, ['sign'])
    return new Uint8Array(await subtle.exportKey('raw', unwrapped))
  } catch {
    // The integrity check of the key wrap: a wrong agreement, or packets that were made up.
    return undefined
  }
}

/** A key packet of version 6 belongs to SEIPDv2, AES-256 with GCM here, and says no more than the key. */
function sessionKeyOf(data: Uint8Array): SessionKey {
  return { sealing: 'seipd-v2', openpgp: { data, algorithm: 'aes256', aeadAlgorithm: 'gcm' } }
}
