import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { ProtocolError } from '@gristmill/protocol'

const PASSPHRASE_CHARACTERS_MIN = 12
const PASSPHRASE_BYTES_MAX = 4_096

/**
 * Thrown when the file with the passphrase of the keys is missing, unreadable, open to others, or too short. Never quotes it.
 *
 * @remedy Write at least 12 characters to the file, say with `openssl rand -base64 24`, and `chmod 600` it.
 */
export class PassphraseError extends ProtocolError {
  readonly code = 'PASSPHRASE' as const

  constructor(path: string, problem: string, cause?: unknown) {
    super(`The passphrase file ${path} ${problem}.`, {
      details: { path, problem },
      ...(cause === undefined ? {} : { cause }),
    })
  }
}

/** Thrown when keys would have to be made or opened, and it was not said how they are protected. */
export class PassphraseMissingError extends ProtocolError {
  readonly code = 'PASSPHRASE_MISSING' as const

  constructor(path: string) {
    super(
      `The key file ${path} is encrypted, or is about to be made, and there is no passphrase. Name the file that holds it: ` +
        '--passphrase-file, passphraseFile, or DATATRUST_PASSPHRASE_FILE. Keys for play may be made without, if you say so.',
      { details: { path } },
    )
  }
}

/** Reads a passphrase: the first line of a file that not everybody may read, such as a systemd credential. */
export async function readPassphrase(path: string): Promise<string> {
  const file = await open(path, constants.O_RDONLY).catch((cause: unknown) => {
    throw new PassphraseError(path, 'cannot be opened: check that it exists and belongs to this user', cause)
  })
  try {
    const { mode, size } = await file.stat()
    // NOTE: systemd shows the access list of a credential as the group's bits.
    if ((mode & 0o027) !== 0) throw new PassphraseError(path, 'may be read or changed by others: run chmod 600 on it')
    if (size > PASSPHRASE_BYTES_MAX) throw new PassphraseError(path, `has more than ${PASSPHRASE_BYTES_MAX} bytes`)
    const [line = ''] = (await file.readFile('utf8')).split(/\r?\n/)
    if ([...line].length < PASSPHRASE_CHARACTERS_MIN) {
      throw new PassphraseError(path, `has fewer than ${PASSPHRASE_CHARACTERS_MIN} characters in its first line`)
    }
    return line
  } finally {
    await file.close()
  }
}
