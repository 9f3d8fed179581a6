import { ProtocolError } from '@gristmill/protocol'

/**
 * Thrown when an audit is not what its datatrust wrote: a line was changed, left out, added or put elsewhere.
 *
 * @remedy Do not rely on the file: look at the line that `details.line` names, and have the audit written again or take another copy.
 */
export class AuditBrokenError extends ProtocolError {
  readonly code = 'AUDIT_BROKEN' as const

  /** `line` counts from 1, the header included. */
  constructor(line: number, problem: string) {
    super(`The audit does not hold at line ${line}: ${problem}.`, { details: { line, problem } })
  }
}
