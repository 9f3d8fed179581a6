import { EngineError } from '@gristmill/runner'

/**
 * Thrown when the directory that is shared with the nodes cannot be used, or holds what nobody here has put there.
 *
 * @remedy Check its mount, its room and its owner: it belongs to the datatrust's user alone, mode 0700.
 */
export class SpoolError extends EngineError {
  readonly code = 'ENGINE_SPOOL'

  constructor(engine: string, directory: string, problem: string, cause?: unknown) {
    super(engine, `The spool ${directory} ${problem}. Check its mount, its room and its owner; its mode is 0700.`, {
      details: { directory, problem },
      cause,
    })
  }
}
