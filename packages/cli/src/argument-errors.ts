import { ProtocolError } from '@gristmill/protocol'

/**
 * Thrown when a file cannot be read or written.
 *
 * @remedy Check path, permissions and space, or name another file.
 */
export class FileError extends ProtocolError {
  readonly code = 'FILE' as const

  constructor(file: string, problem: string, cause?: unknown) {
    super(`${file}: ${problem}`, { details: { file }, ...(cause === undefined ? {} : { cause }) })
  }
}

/**
 * Thrown when an argument or an option has a value that cannot be.
 *
 * @remedy Write the argument in the form that the message shows; `--help` behind the command tells more.
 */
export class ArgumentError extends ProtocolError {
  readonly code = 'ARGUMENT' as const

  constructor(argument: string, problem: string) {
    super(`${argument}: ${problem}`, { details: { argument } })
  }
}

/**
 * Thrown when nothing says which datatrust is meant.
 *
 * @remedy Name its number with `--id`, put the whole `keys` folder back, or register one with `gristmill datatrust register`.
 */
export class WhichDatatrustError extends ProtocolError {
  readonly code = 'WHICH_DATATRUST' as const
  readonly next = 'gristmill datatrust register --url URL'

  constructor(directory: string) {
    super(
      `Nothing says which datatrust is meant: ${directory}/keys has no registration.json. Put all of the keys folder there, or name its number with --id.`,
      { details: { directory } },
    )
  }
}
