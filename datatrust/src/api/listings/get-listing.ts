import { bytes32Schema } from '@gristmill/protocol'
import type { Express } from 'express'
import type { Context } from '../../context.js'
import { listingDocumentOf } from '../../listings/listing.js'
import { lookUpListing } from '../../listings/look-up-listing.js'
import { parse } from '../read-body.js'
import { sendJson } from '../send.js'

/** GET /v1/listings/:listing, to everybody. */
export function getListing(app: Express, ctx: Context): void {
  app.get('/v1/listings/:listing', async (request, response) => {
    const listing = parse(bytes32Schema, request.params.listing, 'listing')
    sendJson(response, listingDocumentOf(await lookUpListing(ctx, listing)))
  })
}
