import { ProtocolError } from '@gristmill/protocol/error'

/** Base of the errors for an OpenPGP key that cannot be used. None carries key material. */
export abstract class KeyError extends ProtocolError {}

/** Thrown when the input is not an OpenPGP key, or is damaged. */
export class MalformedKeyError extends KeyError {
  readonly code = 'MALFORMED_KEY' as const

  constructor(reason: string) {
    super(
      `This is not a readable OpenPGP key: ${reason}. Export it again, with \`gpg --armor --export\` for example.`,
      {
        details: { reason },
      },
    )
  }
}

/** Thrown when a key is larger than `MAX_KEY_BYTES`. */
export class KeyTooLargeError extends KeyError {
  readonly code = 'KEY_TOO_LARGE' as const

  constructor(sizeBytes: number, maxBytes: number) {
    super(
      `The key has ${sizeBytes} bytes, at most ${maxBytes} are taken. ` +
        'Export it without other people’s signatures: `gpg --export-options export-minimal --export`.',
      { details: { sizeBytes, maxBytes } },
    )
  }
}

/** Thrown when the input holds more than one key. */
export class SeveralKeysError extends KeyError {
  readonly code = 'SEVERAL_KEYS' as const

  constructor(count: number) {
    super(`The input holds ${count} keys. Export exactly one, by its fingerprint.`, { details: { count } })
  }
}

/** Thrown when a private key comes where a public key belongs. */
export class PrivateKeyGivenError extends KeyError {
  readonly code = 'PRIVATE_KEY_GIVEN' as const

  constructor() {
    super('This is a PRIVATE key; it was neither kept nor sent on. Give the public key, and keep this one secret.')
  }
}

/** Thrown when a public key comes where a private key belongs. */
export class PublicKeyGivenError extends KeyError {
  readonly code = 'PUBLIC_KEY_GIVEN' as const

  constructor() {
    super('This is a public key; decryption needs the private key that belongs to it.')
  }
}

/** Thrown when a private key is protected and the passphrase is missing or wrong. */
export class KeyLockedError extends KeyError {
  readonly code = 'KEY_LOCKED' as const

  constructor(reason: 'no passphrase' | 'wrong passphrase') {
    super(`The private key is protected by a passphrase: ${reason}. Give the right one.`, { details: { reason } })
  }
}

/** Thrown when the recipient's key has expired. */
export class KeyExpiredError extends KeyError {
  readonly code = 'KEY_EXPIRED' as const

  /** `expiredAt` in Unix seconds. */
  constructor(fingerprint: string, expiredAt: number) {
    super(`Key ${fingerprint} expired at ${expiredAt} (Unix seconds). Extend its life and export it again.`, {
      details: { fingerprint, expiredAt },
    })
  }
}

/** Thrown when the recipient's key has been revoked. */
export class KeyRevokedError extends KeyError {
  readonly code = 'KEY_REVOKED' as const

  constructor(fingerprint: string) {
    super(`Key ${fingerprint} has been revoked. Give the key that replaces it.`, { details: { fingerprint } })
  }
}

/** Thrown when no part of a key can encrypt: sign-only, weaker than allowed, or all its subkeys ended. */
export class NoEncryptionKeyError extends KeyError {
  readonly code = 'NO_ENCRYPTION_KEY' as const

  constructor(fingerprint: string, reason: string) {
    super(`Key ${fingerprint} has no usable encryption subkey (${reason}). Add one and export the key again.`, {
      details: { fingerprint, reason },
    })
  }
}

/**
 * Thrown when a new key's name cannot stand in a user id.
 *
 * @remedy Choose a name within the length that `details.maxCharacters` gives, without `< > ( )` and control characters.
 */
export class BadKeyNameError extends KeyError {
  readonly code = 'BAD_KEY_NAME' as const

  constructor(maxCharacters: number) {
    super(`A key's name has 1 to ${maxCharacters} characters, none of them < > ( ) or a control character.`, {
      details: { maxCharacters },
    })
  }
}
