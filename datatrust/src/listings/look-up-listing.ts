import type { ListingId } from '@gristmill/protocol'
import type { Context } from '../context.js'
import type { ListingRow } from '../db/schema.js'
import { findListing } from './listing.js'
import { ListingNotFoundError } from './listing-errors.js'

/** A listing that this datatrust serves; one that was published a moment ago is looked for on the chain first. */
export async function lookUpListing(ctx: Context, listing: ListingId): Promise<ListingRow> {
  // The first reading may have been under way already, and have begun before the listing was in a block.
  for (let readings = 0; readings < 2; readings += 1) {
    try {
      return await findListing(ctx, listing)
    } catch (error) {
      if (!(error instanceof ListingNotFoundError)) throw error
      await ctx.follower.sync()
    }
  }
  return findListing(ctx, listing)
}
