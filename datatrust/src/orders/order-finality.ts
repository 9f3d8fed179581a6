import type { Address } from '@gristmill/protocol'
import { type Cursor, findCursor } from '../chain/cursor.js'
import type { Context } from '../context.js'
import type { OrderRow } from '../db/schema.js'
import { OrderNotReadyError } from './order-errors.js'

/** What decides whether an order is final. */
export interface Payment extends Pick<OrderRow, 'price' | 'placed_block'> {
  asset: Address
}

/** True if the payment of an order is as final as the operator wants it for its value, in the eyes of every endpoint. */
export function isFinal(ctx: Context, { price, placed_block, asset }: Payment, cursor: Cursor | undefined): boolean {
  if (cursor === undefined || placed_block === null || !ctx.witnesses.haveSeen(placed_block)) return false
  const { finality, confirmations } = ctx.config.chain
  const wanted = finality.of(asset, BigInt(price))
  if (wanted === 'finalized') return placed_block <= Math.min(cursor.number, cursor.finalizedNumber)
  return cursor.number - placed_block + confirmations >= wanted
}

/**
 * Throws unless the order may be delivered now: `ChainDisagreementError` while endpoints contradict each other,
 * `OrderNotReadyError` until its payment is final.
 */
export async function requireFinal(ctx: Context, order: OrderRow): Promise<void> {
  ctx.witnesses.requireAgreement()
  const { asset } = await ctx.db
    .selectFrom('catalogue')
    .select('asset')
    .where('listing', '=', order.listing)
    .executeTakeFirstOrThrow()
  const isReady =
    isFinal(ctx, { ...order, asset }, await findCursor(ctx.db)) && (await ctx.witnesses.confirm(order.order_id))
  if (!isReady) throw new OrderNotReadyError(order.order_id, 'not final on chain yet')
}
