import { bytes32Schema } from '@gristmill/protocol'
import type { Express } from 'express'
import { Delivery } from '../../audit/delivery.js'
import { authenticate } from '../../auth/authenticate.js'
import type { Context } from '../../context.js'
import { collectOrder, requireCollectable } from '../../orders/collect-order.js'
import { openMessageOf } from '../../orders/message.js'
import { parse } from '../read-body.js'
import { sendRepresentation } from '../send-representation.js'

/**
 * GET /v1/orders/:orderId/message, to its buyer: an OpenPGP message, whole or one range of it, as often as asked for.
 * The first collection of data marks the order delivered; HEAD marks nothing.
 */
export function getMessage(app: Express, ctx: Context): void {
  app.get('/v1/orders/:orderId/message', async (request, response) => {
    const orderId = parse(bytes32Schema, request.params.orderId, 'orderId')
    const account = await authenticate(ctx, request)
    const collect = request.method === 'HEAD' ? requireCollectable : collectOrder
    const message = await openMessageOf(ctx, await collect(ctx, orderId, account))
    const delivery = new Delivery(ctx, { orderId, part: 'message', account })
    await sendRepresentation(request, response, message, delivery)
  })
}
