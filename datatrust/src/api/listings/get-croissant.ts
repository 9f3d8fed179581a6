import { bytes32Schema, CROISSANT_MEDIA_TYPE, croissantOf } from '@gristmill/protocol'
import type { Express } from 'express'
import type { Context } from '../../context.js'
import { listingDocumentOf } from '../../listings/listing.js'
import { lookUpListing } from '../../listings/look-up-listing.js'
import { parse } from '../read-body.js'

/** GET /v1/listings/:listing/croissant, to everybody: the maker's description as Croissant 1.1. */
export function getCroissant(app: Express, ctx: Context): void {
  app.get('/v1/listings/:listing/croissant', async (request, response) => {
    const listing = parse(bytes32Schema, request.params.listing, 'listing')
    const { metadata } = listingDocumentOf(await lookUpListing(ctx, listing))
    const croissant = croissantOf({ listing, metadata, url: `/v1/listings/${listing}` })
    response.status(200).set({ 'Content-Type': CROISSANT_MEDIA_TYPE, 'Cache-Control': 'no-store' })
    response.send(Buffer.from(JSON.stringify(croissant)))
  })
}
