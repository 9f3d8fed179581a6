import { type Hex, ProtocolError } from '@gristmill/protocol'

/**
 * Thrown when what is to be attested is not what was uploaded, or services and policy do not fit.
 *
 * @remedy Correct the field that `details.field` names, as the message says, and ask again.
 */
export class AttestationTermsError extends ProtocolError {
  readonly code = 'ATTESTATION_TERMS' as const

  constructor(field: string, remedy: string) {
    super(`${field} does not fit what was uploaded or asked for: ${remedy}.`, { details: { field } })
  }
}

/** Thrown when an upload is attested under ever new terms. */
export class TooManyAttestationsError extends ProtocolError {
  readonly code = 'TOO_MANY_ATTESTATIONS' as const

  constructor(uploadId: Hex, max: number) {
    super(`Upload ${uploadId} was attested under ${max} different terms. Publish one of them, or upload again.`, {
      details: { uploadId, max },
    })
  }
}
