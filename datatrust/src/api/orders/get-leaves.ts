import { bytes32Schema } from '@gristmill/protocol'
import type { Express } from 'express'
import { Delivery } from '../../audit/delivery.js'
import { authenticate } from '../../auth/authenticate.js'
import type { Context } from '../../context.js'
import { requireStreamable } from '../../orders/collect-order.js'
import { openLeaves } from '../../orders/leaves.js'
import { parse } from '../read-body.js'
import { sendRepresentation } from '../send-representation.js'

/** GET /v1/orders/:orderId/leaves, to its buyer: the leaf hashes of the plain cells, which hash to the content root. */
export function getLeaves(app: Express, ctx: Context): void {
  app.get('/v1/orders/:orderId/leaves', async (request, response) => {
    const orderId = parse(bytes32Schema, request.params.orderId, 'orderId')
    const account = await authenticate(ctx, request)
    const order = await requireStreamable(ctx, orderId, account)
    const delivery = new Delivery(ctx, { orderId, part: 'leaves', account })
    await sendRepresentation(request, response, await openLeaves(ctx, order), delivery)
  })
}
