import { type Hex, type ListingId, ProtocolError } from '@gristmill/protocol'

/**
 * Thrown when listings cannot be run on together.
 *
 * @remedy Leave the listing that `details.listing` names out of the run, or name the one that is missing.
 */
export class JointListingsError extends ProtocolError {
  readonly code = 'JOINT_LISTINGS' as const

  constructor(listing: ListingId, reason: string) {
    super(`A joint run cannot have listing ${listing}: ${reason}.`, { details: { listing, reason } })
  }
}

/** Thrown when the owners of a joint run's data have not agreed to one policy. */
export class JointPoliciesError extends ProtocolError {
  readonly code = 'JOINT_POLICIES' as const

  constructor(policies: Readonly<Record<ListingId, Hex>>) {
    super(
      'The listings of a joint run have different policies, and what leaves satisfies one. Choose listings whose policyHash ' +
        'is the same, or ask their makers to publish under one policy.',
      { details: { policies } },
    )
  }
}

/** Thrown when an algorithm listing is ordered without data. */
export class AlgorithmAloneError extends ProtocolError {
  readonly code = 'ALGORITHM_ALONE' as const

  constructor(listing: ListingId) {
    super(
      `Listing ${listing} is an algorithm, which has no rows. Order it in a joint run with the data that it is to run on.`,
      { details: { listing } },
    )
  }
}
