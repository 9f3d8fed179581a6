import { bytes32Schema, decideApprovalSchema } from '@gristmill/protocol'
import type { Express } from 'express'
import { decideApproval as decide } from '../../approvals/decide-approval.js'
import { authenticate, readAuthorization } from '../../auth/authenticate.js'
import type { Context } from '../../context.js'
import { orderDocumentOf } from '../../orders/order.js'
import { parse, readJson } from '../read-body.js'
import { sendJson } from '../send.js'

const BODY_BYTES = 32 * 1024

/** POST /v1/approvals/:orderId: a decision of the maker or of a reviewer. */
export function decideApproval(app: Express, ctx: Context): void {
  app.post('/v1/approvals/:orderId', async (request, response) => {
    const orderId = parse(bytes32Schema, request.params.orderId, 'orderId')
    readAuthorization(request)
    const { value, bodyHash } = await readJson(request, decideApprovalSchema, BODY_BYTES)
    const account = await authenticate(ctx, request, { bodyHash, isSmall: true })
    const order = await decide(ctx, account, orderId, value)
    sendJson(response, orderDocumentOf(order, account, ctx.follower.chainTime()))
  })
}
