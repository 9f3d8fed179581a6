import { bytes32Schema, type ListingId } from '@gristmill/protocol'
import type { Express } from 'express'
import type { Context } from '../../context.js'
import type { ListingRow } from '../../db/schema.js'
import { findListing, listingDocumentOf } from '../../listings/listing.js'
import { ListingNotFoundError } from '../../listings/listing-errors.js'
import { parse } from '../read-body.js'
import { sendJson } from '../send.js'

/** GET /v1/listings/:listing, to everybody. One that was published a moment ago is looked up on chain first. */
export function getListing(app: Express, ctx: Context): void {
  app.get('/v1/listings/:listing', async (request, response) => {
    const listing = parse(bytes32Schema, request.params.listing, 'listing')
    sendJson(response, listingDocumentOf(await lookUp(ctx, listing)))
  })
}

async function lookUp(ctx: Context, listing: ListingId): Promise<ListingRow> {
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
