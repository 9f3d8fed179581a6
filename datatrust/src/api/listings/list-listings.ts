import { bytes32Schema, type ListingPage } from '@gristmill/protocol'
import type { Express } from 'express'
import type { Context } from '../../context.js'
import { findListing, listingDocumentOf } from '../../listings/listing.js'
import { parse } from '../read-body.js'
import { sendJson } from '../send.js'

const PAGE_LISTINGS = 100

/** GET /v1/listings?after=, to everybody: what the chain confirms and this datatrust serves, the oldest first. */
export function listListings(app: Express, ctx: Context): void {
  app.get('/v1/listings', async (request, response) => {
    const after = parse(bytes32Schema.optional(), request.query.after, 'after')
    const position = after === undefined ? 0 : (await findListing(ctx, after)).position
    const rows = await ctx.db
      .selectFrom('listings')
      .selectAll()
      .where('position', '>', position)
      .orderBy('position')
      .limit(PAGE_LISTINGS + 1)
      .execute()
    const page: ListingPage = { listings: rows.slice(0, PAGE_LISTINGS).map(listingDocumentOf) }
    const last = page.listings.at(-1)
    if (rows.length > PAGE_LISTINGS && last !== undefined) page.next = last.listing
    sendJson(response, page)
  })
}
