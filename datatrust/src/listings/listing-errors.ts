import { type Kind, type ListingId, ProtocolError } from '@gristmill/protocol'

/** Thrown when this datatrust serves no listing of an id. */
export class ListingNotFoundError extends ProtocolError {
  readonly code = 'LISTING_NOT_FOUND' as const

  constructor(listing: ListingId) {
    super(`This datatrust serves no listing ${listing}, or it is not confirmed on chain yet. Check the id, or wait.`, {
      details: { listing },
    })
  }
}

/** Thrown when a listing takes no orders now. */
export class ListingClosedError extends ProtocolError {
  readonly code = 'LISTING_CLOSED' as const

  constructor(listing: ListingId, activeFrom: number, exitAt: number) {
    super(
      `Listing ${listing} takes orders from ${activeFrom}${exitAt === 0 ? '' : ` until ${exitAt}`} (Unix seconds). ` +
        'Wait, or choose another.',
      { details: { listing, activeFrom, exitAt } },
    )
  }
}

/** Thrown when a listing does not sell what is asked for. */
export class NotOfferedError extends ProtocolError {
  readonly code = 'NOT_OFFERED' as const

  constructor(listing: ListingId, kind: Kind) {
    super(`Listing ${listing} does not offer ${kind}. Choose a service that has a price.`, {
      details: { listing, kind },
    })
  }
}
