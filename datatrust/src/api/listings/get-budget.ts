import { bytes32Schema } from '@gristmill/protocol'
import type { Express } from 'express'
import { authenticate } from '../../auth/authenticate.js'
import type { Context } from '../../context.js'
import { budgetLeft } from '../../ledger/budget-left.js'
import { findListing } from '../../listings/listing.js'
import { parse } from '../read-body.js'
import { sendJson } from '../send.js'

/** GET /v1/listings/:listing/budget: what is left, in all and for the asking account. */
export function getBudget(app: Express, ctx: Context): void {
  app.get('/v1/listings/:listing/budget', async (request, response) => {
    const account = await authenticate(ctx, request)
    const listing = parse(bytes32Schema, request.params.listing, 'listing')
    sendJson(response, await budgetLeft(ctx, await findListing(ctx, listing), account))
  })
}
