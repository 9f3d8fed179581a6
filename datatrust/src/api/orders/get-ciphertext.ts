import { bytes32Schema } from '@gristmill/protocol'
import type { Express } from 'express'
import { Delivery } from '../../audit/delivery.js'
import { authenticate } from '../../auth/authenticate.js'
import type { Context } from '../../context.js'
import { openCiphertext } from '../../orders/ciphertext.js'
import { requireStreamable } from '../../orders/collect-order.js'
import { parse } from '../read-body.js'
import { sendRepresentation } from '../send-representation.js'

/**
 * GET /v1/orders/:orderId/ciphertext, to its buyer: the encrypted cells of a fair exchange, whole or one range of them, as
 * often as asked for. It has no digest: it is made while it is sent, and what it hashes to is what the buyer acknowledges.
 */
export function getCiphertext(app: Express, ctx: Context): void {
  app.get('/v1/orders/:orderId/ciphertext', async (request, response) => {
    const orderId = parse(bytes32Schema, request.params.orderId, 'orderId')
    const account = await authenticate(ctx, request)
    const order = await requireStreamable(ctx, orderId, account)
    const delivery = new Delivery(ctx, { orderId, part: 'ciphertext', account })
    await sendRepresentation(request, response, await openCiphertext(ctx, order), delivery)
  })
}
