import { bytes32Schema } from '@gristmill/protocol'
import type { Express } from 'express'
import type { Context } from '../../context.js'
import { findListing, listingDocumentOf } from '../../listings/listing.js'
import { ListingNotFoundError } from '../../listings/listing-errors.js'
import { parse } from '../read-body.js'
import { sendJson } from '../send.js'

/** GET /v1/listings/:listing, to everybody. One that was published a moment ago is looked up on chain first. */
export function getListing(app: Express, ctx: Context): void {
  app.get('/v1/listings/:listing', async (request, response) => {
    const listing = parse(bytes32Schema, request.params.listing, 'listing')
    const row = await findListing(ctx, listing).catch(async (error: unknown) => {
      if (!(error instanceof ListingNotFoundError)) throw error
      await ctx.follower.sync()
      return findListing(ctx, listing)
    })
    sendJson(response, listingDocumentOf(row))
  })
}
