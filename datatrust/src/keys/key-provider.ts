import type { DecryptionKey, Recipient } from '@gristmill/envelope'
import type { Address, Hex } from '@gristmill/protocol'

/** An ECDSA signature over secp256k1. */
export interface DigestSignature {
  r: Hex
  s: Hex
}

/** Signs quotes, attestations, receipts and transactions: secp256k1, over digests of 32 bytes. */
export interface SigningKey {
  readonly address: Address
  /** Any valid signature; whoever asks makes it canonical (low s) and finds the parity. */
  sign(digest: Hex): Promise<DigestSignature>
}

/** One OpenPGP key under which assets are stored. */
export interface EncryptionKey {
  readonly fingerprint: Hex
  readonly recipient: Recipient
  /** Armored. */
  readonly publicKey: string
  /** Opens key packets, here or where the key is. */
  readonly decryptionKey: DecryptionKey
}

/**
 * Where the keys of a datatrust are. Signing and encryption keys are apart. Adapters: encrypted files (`FileKeyProvider`) and a
 * key service over HTTP in front of a KMS or an HSM (`HttpKeyProvider`); what both keep to is in
 * `tests/key-provider.test.ts`.
 */
export interface KeyProvider {
  readonly signing: SigningKey
  /** Every key that still opens something, the newest last; assets are sealed for that one. Reads anew each time. */
  encryptionKeys(): Promise<readonly EncryptionKey[]>
  /** Makes the next encryption key, after `newest`: if there is one already, that one is it. */
  makeEncryptionKey(newest: Hex): Promise<EncryptionKey>
  /** Destroys an encryption key that opens nothing any more; one that is gone already is no error. */
  destroyEncryptionKey(fingerprint: Hex): Promise<void>
}
