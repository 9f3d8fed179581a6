import { ProtocolError } from '@gristmill/protocol'

/**
 * Thrown when a key file is missing, unreadable, malformed, or open to others. Never quotes the file.
 *
 * @remedy Check path and contents and `chmod 600` the file; if others may have read it, use a new key.
 */
export class KeyFileError extends ProtocolError {
  readonly code = 'KEY_FILE' as const

  constructor(file: string, problem: string) {
    super(`${file}: ${problem}`, { details: { file } })
  }
}

/** Thrown when no key has the name. */
export class KeyUnknownError extends ProtocolError {
  readonly code = 'KEY_UNKNOWN' as const
  readonly next: string

  constructor(name: string, names: readonly string[]) {
    const known = names.length === 0 ? 'there are none yet' : `there are ${names.join(', ')}`
    super(`No key is called ${name}; ${known}: name one of them with --as, or make it.`, { details: { name, names } })
    this.next = `gristmill keys create ${name}`
  }
}

/** Thrown when a new key would take the name of another. */
export class KeyExistsError extends ProtocolError {
  readonly code = 'KEY_EXISTS' as const

  constructor(name: string) {
    super(`There is a key called ${name} already: it is kept; choose another name.`, { details: { name } })
  }
}

/**
 * Thrown when nothing says who acts.
 *
 * @remedy Make a key with `gristmill keys create`, import yours, or name one with `--as`.
 */
export class NoKeyError extends ProtocolError {
  readonly code = 'NO_KEY' as const
  readonly next: string

  constructor(directory: string, names: readonly string[]) {
    super(
      names.length === 0
        ? `There is no key in ${directory}: make one, or import yours.`
        : `Nothing says who acts: name one of ${names.join(', ')} with --as.`,
      { details: { directory, names } },
    )
    this.next = names.length === 0 ? 'gristmill keys create' : `add --as ${names[0]}, or gristmill keys use ${names[0]}`
  }
}

/**
 * Thrown when a password does not open a keystore.
 *
 * @remedy Try again with the password it was encrypted with.
 */
export class WrongPasswordError extends ProtocolError {
  readonly code = 'WRONG_PASSWORD' as const

  constructor(file: string) {
    super(`${file}: the password is not the one it was encrypted with: try again.`, { details: { file } })
  }
}

/** Thrown when something is encrypted and there is nobody to ask for the password. */
export class NoPasswordError extends ProtocolError {
  readonly code = 'NO_PASSWORD' as const

  constructor(ofWhat: string) {
    super(`There is no terminal to ask for the password of ${ofWhat}: pass --password-file or $GRISTMILL_PASSWORD.`)
  }
}

/** Thrown when a new password is too easy to guess. */
export class ShortPasswordError extends ProtocolError {
  readonly code = 'SHORT_PASSWORD' as const

  constructor(charactersMin: number) {
    super(`A password must have at least ${charactersMin} characters: choose a longer one.`, {
      details: { charactersMin },
    })
  }
}

/** Thrown when a new password was not typed the same way twice. */
export class PasswordsDifferError extends ProtocolError {
  readonly code = 'PASSWORDS_DIFFER' as const

  constructor() {
    super('The two passwords differ: nothing was written; try again.')
  }
}

/** Thrown when the OpenPGP key is gone to which something that was bought is encrypted. */
export class OpenpgpKeyLostError extends ProtocolError {
  readonly code = 'OPENPGP_KEY_LOST' as const
  readonly next: string

  constructor(file: string, name: string) {
    super(
      `${file} is gone, and this account has bought before: put the file back from your backup to open what was bought. A new key opens only what is ordered from now on.`,
      { details: { file } },
    )
    this.next = `gristmill keys openpgp ${name}`
  }
}

/** Thrown when a key of a local network would take the name of another. */
export class KeyTakenError extends ProtocolError {
  readonly code = 'KEY_TAKEN' as const

  constructor(name: string, file: string) {
    super(
      `The local network has a key called ${name}, and ${file} holds another: it is kept; move it away, or start the network in another folder.`,
      { details: { name, file } },
    )
  }
}
