import { bytes32Schema, type OrderDocument } from '@gristmill/protocol'
import type { Express } from 'express'
import { authenticate } from '../../auth/authenticate.js'
import type { Context } from '../../context.js'
import { orderDocumentOf, requireParty } from '../../orders/order.js'
import { parse } from '../read-body.js'
import { sendJson } from '../send.js'

/** GET /v1/orders/:orderId, to its buyer and its maker. */
export function getOrder(app: Express, ctx: Context): void {
  app.get('/v1/orders/:orderId', async (request, response) => {
    const orderId = parse(bytes32Schema, request.params.orderId, 'orderId')
    const account = await authenticate(ctx, request)
    const order = await requireParty(ctx, orderId, account, 'buyer or maker')
    if (order !== undefined) {
      sendJson(response, orderDocumentOf(order, account, ctx.follower.chainTime()))
      return
    }
    const { kind } = await ctx.db
      .selectFrom('quotes')
      .select('kind')
      .where('order_id', '=', orderId)
      .orderBy('place_by', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow()
    sendJson(response, { orderId, kind, state: 'quoted' } satisfies OrderDocument)
  })
}
