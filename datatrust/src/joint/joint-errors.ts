import { type Hex, type ListingId, type Privacy, ProtocolError } from '@gristmill/protocol'

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

/** What a listing of a joint run is under. */
export interface JointPolicy {
  policyHash: Hex
  /** Privacy mode of the policy: a promise about rows that another mode would not keep. */
  mode: Privacy['mode']
}

/**
 * Thrown when the owners of a joint run's data have not agreed to one policy, and so not to one promise of privacy.
 *
 * @remedy Choose listings whose policyHash is the same, or ask their makers to publish under one policy.
 */
export class JointPoliciesError extends ProtocolError {
  readonly code = 'JOINT_POLICIES' as const

  constructor(policies: Readonly<Record<ListingId, JointPolicy>>) {
    const modes = new Set(Object.values(policies).map(({ mode }) => mode))
    const privacy =
      modes.size === 1
        ? ''
        : ` Their privacy modes differ, too (${[...modes].join(', ')}): joined, the rows of one would leave without the noise that they were promised.`
    super(
      `The listings of a joint run have different policies, and what leaves satisfies one.${privacy} Choose listings whose policyHash ` +
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
