import { ProtocolError } from '@gristmill/protocol'

/** Thrown when somebody else made a listing. */
export class NotYourListingError extends ProtocolError {
  readonly code = 'NOT_YOUR_LISTING' as const

  constructor(listing: string, maker: string, account: string) {
    super(`Listing ${listing} is of ${maker}, not of ${account}: act as its maker with --as.`, {
      details: { listing, maker, account },
    })
  }
}

/** Thrown when a run is ordered where none is for sale. */
export class NoComputeError extends ProtocolError {
  readonly code = 'NO_COMPUTE' as const
  readonly next = 'gristmill listings --kind compute'

  constructor(listing: string) {
    super(`Listing ${listing} sells no runs: choose another, or buy its data.`, { details: { listing } })
  }
}
