import { bytes32Schema, postAckSchema } from '@gristmill/protocol'
import type { Express } from 'express'
import { authenticate, readAuthorization } from '../../auth/authenticate.js'
import type { Context } from '../../context.js'
import { acknowledgeOrder } from '../../orders/acknowledge-order.js'
import { orderDocumentOf } from '../../orders/order.js'
import { parse, readJson } from '../read-body.js'
import { sendJson } from '../send.js'

const BODY_BYTES = 4 * 1024

/** POST /v1/orders/:orderId/ack, by its buyer: the ciphertext has arrived, the key may be revealed. */
export function postAck(app: Express, ctx: Context): void {
  app.post('/v1/orders/:orderId/ack', async (request, response) => {
    const orderId = parse(bytes32Schema, request.params.orderId, 'orderId')
    readAuthorization(request)
    const { value: ack, bodyHash } = await readJson(request, postAckSchema, BODY_BYTES)
    const account = await authenticate(ctx, request, { bodyHash, isSmall: true })
    const order = await acknowledgeOrder(ctx, account, { orderId, ack })
    sendJson(response, orderDocumentOf(order, account, ctx.follower.chainTime()), 202)
  })
}
