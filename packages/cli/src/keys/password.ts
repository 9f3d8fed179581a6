import { resolve } from 'node:path'
import type { Command } from 'commander'
import { type Io, isInteractive } from '../io.js'
import { askHidden } from '../prompt.js'
import { NoPasswordError, PasswordsDifferError, ShortPasswordError } from './key-errors.js'
import { readSecret } from './secret-file.js'

const CHARACTERS_MIN = 8

/** The password of something that is encrypted: from `--password-file`, `$GRISTMILL_PASSWORD` or a hidden prompt. */
export async function readPassword(io: Io, command: Command, ofWhat: string): Promise<string> {
  const given = await givenPassword(io, command)
  if (given !== undefined) return given
  if (!isInteractive(io)) throw new NoPasswordError(ofWhat)
  return askHidden(io, `Password of ${ofWhat}`)
}

/** A password for something new; a person gives it twice. */
export async function choosePassword(io: Io, command: Command, ofWhat: string): Promise<string> {
  const given = await givenPassword(io, command)
  if (given === undefined && !isInteractive(io)) throw new NoPasswordError(ofWhat)
  const password = given ?? (await askHidden(io, `New password of ${ofWhat}`))
  if (password.length < CHARACTERS_MIN) throw new ShortPasswordError(CHARACTERS_MIN)
  if (given === undefined && (await askHidden(io, 'The same again')) !== password) throw new PasswordsDifferError()
  return password
}

/** What was given without asking. */
export async function givenPassword(io: Io, command: Command): Promise<string | undefined> {
  const { passwordFile } = command.optsWithGlobals<{ passwordFile?: string }>()
  // An editor ends a file with a line break that is not part of the password.
  if (passwordFile !== undefined) return (await readSecret(resolve(io.cwd, passwordFile))).replace(/\r?\n$/, '')
  return io.env.GRISTMILL_PASSWORD || undefined
}
