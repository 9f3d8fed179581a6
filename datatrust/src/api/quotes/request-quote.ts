import { requestQuoteSchema } from '@gristmill/protocol'
import type { Express } from 'express'
import { authenticate, readAuthorization } from '../../auth/authenticate.js'
import type { Context } from '../../context.js'
import { requestQuote as quote } from '../../quotes/request-quote.js'
import { readJson } from '../read-body.js'
import { sendJson } from '../send.js'

const BODY_BYTES = 256 * 1024

/** POST /v1/quotes: an offer to the calling buyer. */
export function requestQuote(app: Express, ctx: Context): void {
  app.post('/v1/quotes', async (request, response) => {
    readAuthorization(request)
    const { value, bodyHash } = await readJson(request, requestQuoteSchema, BODY_BYTES)
    const account = await authenticate(ctx, request, { bodyHash })
    sendJson(response, await quote(ctx, account, value))
  })
}
