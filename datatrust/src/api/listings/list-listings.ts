import { listListingsSchema } from '@gristmill/protocol'
import type { Express } from 'express'
import type { Context } from '../../context.js'
import { searchCatalogue } from '../../listings/search-catalogue.js'
import { parse } from '../read-body.js'
import { sendJson } from '../send.js'

/** GET /v1/listings?words=&market=&asset=&maker=&kind=&maxPrice=&exited=&sort=&limit=&after=, to everybody. */
export function listListings(app: Express, ctx: Context): void {
  app.get('/v1/listings', async (request, response) => {
    const query = parse(listListingsSchema, { ...request.query })
    sendJson(response, await searchCatalogue(ctx, query))
  })
}
