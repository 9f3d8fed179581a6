import { bytes32Schema } from '@gristmill/protocol'
import type { Express } from 'express'
import { showApproval } from '../../approvals/show-approval.js'
import { authenticate } from '../../auth/authenticate.js'
import type { Context } from '../../context.js'
import { parse } from '../read-body.js'
import { sendJson } from '../send.js'

/** GET /v1/approvals/:orderId, to the maker of the data and the reviewers alone. */
export function getApproval(app: Express, ctx: Context): void {
  app.get('/v1/approvals/:orderId', async (request, response) => {
    const account = await authenticate(ctx, request)
    const orderId = parse(bytes32Schema, request.params.orderId, 'orderId')
    sendJson(response, await showApproval(ctx, account, orderId))
  })
}
