import { type Hex, ProtocolError } from '@gristmill/protocol'
import type { Rival } from './one-promise.js'
import type { RowPromise } from './row-promise.js'

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

/**
 * Thrown when one listing would void what another of the same bytes promises about their rows, or what it promises itself.
 *
 * @remedy Exit the listing in `details.listing` and ask again when it is over, or publish under its kind of promise. Without one take out the price of access, or the privacy mode.
 */
export class PrivacyConflictError extends ProtocolError {
  readonly code = 'PRIVACY_CONFLICT' as const

  constructor(promise: RowPromise, rival?: Rival) {
    super(rival === undefined ? ownWords(promise) : wordsBeside(promise, rival), {
      details: rival === undefined ? {} : detailsOf(rival),
    })
  }
}

const OPENS = { access: 'sells the rows as they are', runs: 'has runs without a privacy mode' } as const

const ownWords = ({ mode }: RowPromise) =>
  `The privacy mode ${mode} promises each row an epsilon, and the service access sells the rows as they are: who buys them needs no run. Take one of the two out.`

function wordsBeside(promise: RowPromise, { listing, promise: other, until, isPublished }: Rival): string {
  const opens = promise.opens ?? other.opens
  const doubt =
    other.mode === undefined
      ? `Listing ${listing} of the same bytes ${opens && OPENS[opens]}, so an epsilon that this one promises each row would say nothing.`
      : `Listing ${listing} of the same bytes promises each row an epsilon (${other.mode}), and this one ${opens && OPENS[opens]}, so that promise would say nothing any more.`
  const when = `${until} (Unix seconds)`
  const remedy = !isPublished
    ? `It is attested and can be published until ${when}: ask again after that, or ask now with the salt of that listing, which then takes these terms.`
    : until === undefined
      ? 'Exit that listing and ask again when it is over, or publish under its kind of promise.'
      : `It takes orders until ${when}: ask again then, or publish under its kind of promise.`
  return `${doubt} ${remedy} What left before stays out.`
}

const detailsOf = ({ listing, promise, until }: Rival) => ({
  listing,
  mode: promise.mode ?? 'none',
  ...(until === undefined ? {} : { until }),
})
