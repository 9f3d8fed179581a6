import express, { type Express } from 'express'
import { rateLimit } from 'express-rate-limit'
import helmet from 'helmet'
import { putAlgorithm } from './api/algorithms/put-algorithm.js'
import { decideApproval } from './api/approvals/decide-approval.js'
import { listApprovals } from './api/approvals/list-approvals.js'
import { getCard } from './api/datatrust/get-card.js'
import { drain } from './api/drain.js'
import { live } from './api/health/live.js'
import { ready } from './api/health/ready.js'
import { getListing } from './api/listings/get-listing.js'
import { listListings } from './api/listings/list-listings.js'
import { getMessage } from './api/orders/get-message.js'
import { getOpening } from './api/orders/get-opening.js'
import { getOrder } from './api/orders/get-order.js'
import { requestQuote } from './api/quotes/request-quote.js'
import { RouteNotFoundError, TooManyRequestsError } from './api/request-errors.js'
import { createUpload } from './api/uploads/create-upload.js'
import { getUpload } from './api/uploads/get-upload.js'
import { putContent } from './api/uploads/put-content.js'
import { requestAttestation } from './api/uploads/request-attestation.js'
import type { Context } from './context.js'
import { createErrorHandler } from './error-handler.js'

const MINUTE_MS = 60_000

/** The HTTP API over a context. */
export function createApp(ctx: Context): Express {
  const app = express()
  app.set('trust proxy', false)
  app.set('query parser', 'simple')
  app.set('etag', false)
  app.use(helmet())
  live(app)
  ready(app, ctx)
  app.use(limitRequests(ctx.config.limits.requestsPerMinute))
  app.use((request, response, next) => {
    response.once('finish', () => drain(request))
    next()
  })

  getCard(app, ctx)
  listListings(app, ctx)
  getListing(app, ctx)
  createUpload(app, ctx)
  getUpload(app, ctx)
  putContent(app, ctx)
  requestAttestation(app, ctx)
  putAlgorithm(app, ctx)
  requestQuote(app, ctx)
  getOrder(app, ctx)
  getMessage(app, ctx)
  getOpening(app, ctx)
  listApprovals(app, ctx)
  decideApproval(app, ctx)

  app.use((request) => {
    throw new RouteNotFoundError(request.method)
  })
  app.use(createErrorHandler(ctx.log))
  return app
}

function limitRequests(perMinute: number) {
  return rateLimit({
    windowMs: MINUTE_MS,
    limit: perMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler: () => {
      throw new TooManyRequestsError(perMinute)
    },
  })
}
