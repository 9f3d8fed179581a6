import { keccak256 } from 'ethers'
import type { Context } from '../context.js'
import type { OrderRow } from '../db/schema.js'
import { deliveryKeyOf } from '../quotes/delivery-key.js'
import { quoteOf, termsOf } from './order.js'
import { DeliveryKeyLostError, NotFairError } from './order-errors.js'

/** The key of a fair delivery, whose hash its quote names. Throws DeliveryKeyLostError if the master secret is another one. */
export async function deliveryKeyOfOrder(ctx: Context, order: OrderRow): Promise<Uint8Array> {
  const quote = await quoteOf(ctx, order)
  if (quote.quote_id === null) throw new NotFairError(order.order_id)
  const key = deliveryKeyOf(ctx.secrets, quote.quote_id)
  if (keccak256(key) !== termsOf(quote).goods.keyHash) throw new DeliveryKeyLostError(order.order_id)
  return key
}
