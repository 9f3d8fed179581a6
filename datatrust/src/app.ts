import express, { type Express } from 'express'
import helmet from 'helmet'
import { putAlgorithm } from './api/algorithms/put-algorithm.js'
import { decideApproval } from './api/approvals/decide-approval.js'
import { getApproval } from './api/approvals/get-approval.js'
import { listApprovals } from './api/approvals/list-approvals.js'
import { getCard } from './api/datatrust/get-card.js'
import { drain } from './api/drain.js'
import { live } from './api/health/live.js'
import { ready } from './api/health/ready.js'
import { getBudget } from './api/listings/get-budget.js'
import { getCroissant } from './api/listings/get-croissant.js'
import { getListing } from './api/listings/get-listing.js'
import { listListings } from './api/listings/list-listings.js'
import { serveDocument } from './api/openapi/serve-document.js'
import { getCiphertext } from './api/orders/get-ciphertext.js'
import { getLeaves } from './api/orders/get-leaves.js'
import { getMessage } from './api/orders/get-message.js'
import { getOpening } from './api/orders/get-opening.js'
import { getOrder } from './api/orders/get-order.js'
import { postAck } from './api/orders/post-ack.js'
import { requestQuote } from './api/quotes/request-quote.js'
import { RouteNotFoundError } from './api/request-errors.js'
import { createUpload } from './api/uploads/create-upload.js'
import { getUpload } from './api/uploads/get-upload.js'
import { putContent } from './api/uploads/put-content.js'
import { requestAttestation } from './api/uploads/request-attestation.js'
import { requestFetch } from './api/uploads/request-fetch.js'
import type { Context } from './context.js'
import { createErrorHandler } from './error-handler.js'
import { limitAddresses, limitHeaders } from './http/limit-requests.js'

/** The HTTP API over a context. */
export function createApp(ctx: Context): Express {
  const app = express()
  const { proxyHops } = ctx.config.http
  app.set('trust proxy', proxyHops === 0 ? false : proxyHops)
  app.set('query parser', 'simple')
  app.set('etag', false)
  // One path for one thing: what the document does not tell is not there.
  app.set('strict routing', true)
  app.set('case sensitive routing', true)
  app.use(ctx.requestMetrics.watch)
  app.use(helmet())
  app.use(limitHeaders)
  live(app)
  ready(app, ctx)
  app.use(limitAddresses(ctx.config.limits.requestsPerMinute))
  app.use((request, response, next) => {
    response.once('finish', () => drain(request))
    next()
  })

  serveDocument(app)
  getCard(app, ctx)
  listListings(app, ctx)
  getListing(app, ctx)
  getCroissant(app, ctx)
  getBudget(app, ctx)
  createUpload(app, ctx)
  getUpload(app, ctx)
  putContent(app, ctx)
  requestFetch(app, ctx)
  requestAttestation(app, ctx)
  putAlgorithm(app, ctx)
  requestQuote(app, ctx)
  getOrder(app, ctx)
  getMessage(app, ctx)
  getOpening(app, ctx)
  getCiphertext(app, ctx)
  getLeaves(app, ctx)
  postAck(app, ctx)
  listApprovals(app, ctx)
  getApproval(app, ctx)
  decideApproval(app, ctx)

  app.use((request) => {
    throw new RouteNotFoundError(request.method)
  })
  app.use(createErrorHandler(ctx.log))
  return app
}
