import { sealBytes } from '@gristmill/envelope'
import { bytes32Schema, type Hex, type Opening } from '@gristmill/protocol'
import type { Express } from 'express'
import { Delivery } from '../../audit/delivery.js'
import { authenticate } from '../../auth/authenticate.js'
import type { Context } from '../../context.js'
import { findListing } from '../../listings/listing.js'
import { collectOrder } from '../../orders/collect-order.js'
import { quoteOf, recipientOf } from '../../orders/order.js'
import { NoOpeningError } from '../../orders/order-errors.js'
import { uploadOfListing } from '../../uploads/upload.js'
import { parse } from '../read-body.js'

/** GET /v1/orders/:orderId/opening, to its buyer after delivery: what proves the data, sealed to the buyer's key. */
export function getOpening(app: Express, ctx: Context): void {
  app.get('/v1/orders/:orderId/opening', async (request, response) => {
    const orderId = parse(bytes32Schema, request.params.orderId, 'orderId')
    const account = await authenticate(ctx, request)
    const order = await collectOrder(ctx, orderId, account)
    if (order.kind !== 'access') throw new NoOpeningError(orderId)
    const { content_root, secret } = await uploadOfListing(ctx, await findListing(ctx, order.listing))
    const opening: Opening = { contentRoot: content_root, secret: `0x${Buffer.from(secret).toString('hex')}` as Hex }
    const recipient = await recipientOf(await quoteOf(ctx, order))
    const sealed = await sealBytes(new TextEncoder().encode(JSON.stringify(opening)), { recipient })
    const delivery = new Delivery(ctx, { orderId, part: 'opening', account })
    await delivery.begin(sealed.length)
    response
      .set({ 'Content-Type': 'application/octet-stream', 'Cache-Control': 'private, no-store, no-transform' })
      .send(Buffer.from(sealed))
    await delivery.end(sealed.length)
  })
}
