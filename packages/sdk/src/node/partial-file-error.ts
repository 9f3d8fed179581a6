import { ProtocolError } from '@gristmill/protocol'

/** Thrown when the file that keeps a partial message cannot be read or written. */
export class PartialFileError extends ProtocolError {
  readonly code = 'PARTIAL_FILE' as const

  constructor(path: string, cause: unknown) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown'
    super(
      `The file ${path}, which keeps what was downloaded so far, cannot be used (${reason}): look at path, permissions and space.`,
      { details: { path, reason }, cause },
    )
  }
}
