import { type Hex, isProtocolError, type OrderId, type Receipt, receiptSchema } from '@gristmill/protocol'
import type { OrderStatus, OrderTerms, RevealOrderParams } from '@gristmill/sdk'
import type { Context } from '../context.js'
import type { OrderRow } from '../db/schema.js'
import { contentOf, findListing } from '../listings/listing.js'
import { deliveryKeyOfOrder } from './delivery-key-of-order.js'
import { closeOrder, findOrder, moveOrder, quoteOf, termsOf } from './order.js'
import { OrderNotReadyError } from './order-errors.js'
import { signReceipt } from './sign-receipt.js'

/**
 * Marks an order in state `marking` on chain, once, and follows it to its end. Every call reads the chain first: after a
 * crash it does not matter how far the last one got.
 */
export function markOrder(ctx: Context, orderId: OrderId): Promise<void> {
  return ctx.tasks.once(`mark ${orderId}`, () => mark(ctx, orderId))
}

async function mark(ctx: Context, orderId: OrderId): Promise<void> {
  const order = await findOrder(ctx, orderId)
  if (order?.state !== 'marking') return
  const status = await ctx.chain.statusOf(orderId)
  if (status.status === 'placed') {
    const latest = Math.min(status.deadline, order.fulfil_by) - ctx.config.terms.fulfilMarginSeconds
    if ((await ctx.chain.now()) > latest) return closeOrder(ctx, order, 'it was not marked in time')
    await send(ctx, order)
  }
  await settleState(ctx, order, await ctx.chain.statusOf(orderId))
}

async function send(ctx: Context, order: OrderRow): Promise<void> {
  const { deal, goods } = termsOf(await quoteOf(ctx, order))
  try {
    if (order.kind === 'compute' && order.ack === null)
      await ctx.chain.fulfil(deal, goods, await signedReceipt(ctx, order))
    else if (order.ack_key === null) await ctx.chain.deliver(deal, goods)
    else await ctx.chain.reveal(await revelationOf(ctx, order, { deal, goods }))
  } catch (error) {
    // Sent before a crash and mined since: the chain is where it should be.
    if (!isProtocolError(error, 'ORDERS_WRONG_STATUS')) throw error
  }
  ctx.log.info({ orderId: order.order_id, kind: order.kind }, 'order marked')
}

/** What makes the key of a fair exchange public. The Ack is the buyer's, over bytes that we have hashed ourselves. */
async function revelationOf(ctx: Context, order: OrderRow, terms: OrderTerms): Promise<RevealOrderParams> {
  const { ack, cipher_root: cipherRoot } = order
  if (ack === null || cipherRoot === null) throw new OrderNotReadyError(order.order_id, 'not acknowledged')
  const key: Hex = `0x${Buffer.from(await deliveryKeyOfOrder(ctx, order)).toString('hex')}`
  const what =
    order.kind === 'compute'
      ? { run: await signedReceipt(ctx, order) }
      : { content: contentOf(await findListing(ctx, order.listing)) }
  return { ...terms, ...what, cipherRoot, key, ack }
}

async function settleState(ctx: Context, order: OrderRow, { status }: OrderStatus): Promise<void> {
  switch (status) {
    case 'fulfilled':
    case 'fulfilled-disputed':
    case 'revealed':
    case 'revealed-disputed':
    case 'settled':
      if (order.kind === 'compute') await signedReceipt(ctx, order)
      await moveOrder(ctx, order.order_id, 'marking', { state: 'done' })
      return
    case 'refunded':
      return closeOrder(ctx, order, 'it was refunded')
    case 'placed':
    case 'none':
      // The chain changed under us; the next round looks again.
      ctx.log.warn({ orderId: order.order_id, status }, 'order not marked yet')
  }
}

/** The receipt of a run; its signature is stored before the order can be seen as done. */
async function signedReceipt(ctx: Context, order: OrderRow): Promise<Receipt> {
  const receipt = receiptSchema.parse(JSON.parse(order.receipt ?? 'null'))
  if (order.receipt_signature === null) {
    await moveOrder(ctx, order.order_id, 'marking', { receipt_signature: await signReceipt(ctx, receipt) })
  }
  return receipt
}
