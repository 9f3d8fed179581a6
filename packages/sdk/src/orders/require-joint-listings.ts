import { JOINT_ORDERS_MAX, type ListingId } from '@gristmill/protocol'
import { InvalidParameterError } from '../errors/connection-errors.js'

/**
 * Throws InvalidParameterError unless these can be the listings of one joint run, that of the algorithm included: two or
 * more, not too many, each once. Known before anything is sent or asked for.
 */
export function requireJointListings(listings: readonly ListingId[]): void {
  if (listings.length < 2 || listings.length > JOINT_ORDERS_MAX) {
    throw new InvalidParameterError(
      'listings',
      `are ${listings.length}, that of the algorithm included: a joint run has 2 to ${JOINT_ORDERS_MAX}.`,
    )
  }
  const twice = listings.find((listing, index) => listings.indexOf(listing) < index)
  if (twice !== undefined) throw new InvalidParameterError('listings', `name ${twice} twice: name every listing once.`)
}
