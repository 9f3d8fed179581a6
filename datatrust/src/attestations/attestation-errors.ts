import { ProtocolError } from '@gristmill/protocol'

/** Thrown when what is to be attested is not what was uploaded, or services and policy do not fit. */
export class AttestationMismatchError extends ProtocolError {
  readonly code = 'ATTESTATION_MISMATCH' as const

  constructor(field: string, remedy: string) {
    super(`${field} does not fit what was uploaded or asked for: ${remedy}.`, { details: { field } })
  }
}
