import { type Recipient, readRecipient } from '@gristmill/envelope'
import {
  type Address,
  type Deal,
  dealSchema,
  type Goods,
  goodsSchema,
  metricSchema,
  type OrderDocument,
  type OrderId,
  provenanceSchema,
  receiptSchema,
} from '@gristmill/protocol'
import { z } from 'zod'
import { recordAct } from '../audit/acts.js'
import type { Context } from '../context.js'
import type { OrderRow, OrderState, QuoteRow } from '../db/schema.js'
import { lockRun } from '../joint/orders-of-run.js'
import { NotDirectError, NotOrderPartyError, OrderNotFoundError } from './order-errors.js'

type Db = Pick<Context, 'db'>

/** An order that the chain confirmed, if it did. */
export function findOrder({ db }: Db, orderId: OrderId): Promise<OrderRow | undefined> {
  return db
    .selectFrom('orders')
    .selectAll()
    .where('order_id', '=', orderId)
    .where('placed_block', 'is not', null)
    .executeTakeFirst()
}

/** The quote that was placed. */
export function quoteOf({ db }: Db, { digest }: Pick<OrderRow, 'digest'>): Promise<QuoteRow> {
  return db.selectFrom('quotes').selectAll().where('digest', '=', digest).executeTakeFirstOrThrow()
}

/** What was agreed, as it was signed. */
export function termsOf(quote: Pick<QuoteRow, 'deal' | 'goods'>): { deal: Deal; goods: Goods } {
  return { deal: dealSchema.parse(JSON.parse(quote.deal)), goods: goodsSchema.parse(JSON.parse(quote.goods)) }
}

/** To whom the message of an order goes; a fair exchange has none. */
export async function recipientOf({ recipient_public_key, order_id }: QuoteRow): Promise<Recipient> {
  if (recipient_public_key === null) throw new NotDirectError(order_id)
  return readRecipient(recipient_public_key)
}

/**
 * Throws unless `account` may ask about an order, placed or only quoted; returns what was confirmed. The session key of an
 * order asks for its buyer.
 */
export async function requireParty(
  ctx: Db,
  orderId: OrderId,
  account: Address,
  who: 'buyer' | 'buyer or maker',
): Promise<OrderRow | undefined> {
  const order = await findOrder(ctx, orderId)
  const parties =
    order ?? (await ctx.db.selectFrom('quotes').selectAll().where('order_id', '=', orderId).executeTakeFirst())
  if (parties === undefined) throw new OrderNotFoundError(orderId)
  const isBuyer = parties.buyer === account || parties.ack_key === account
  const isParty = isBuyer || (who === 'buyer or maker' && parties.maker === account)
  if (!isParty) throw new NotOrderPartyError(orderId, who)
  return order
}

/** Moves an order on, if it is still where it was seen; false if somebody else was faster. */
export async function moveOrder(
  { db }: Db,
  orderId: OrderId,
  from: OrderState,
  changes: Partial<Omit<OrderRow, 'order_id' | 'placed_position'>>,
): Promise<boolean> {
  const result = await db
    .updateTable('orders')
    .set(changes)
    .where('order_id', '=', orderId)
    .where('state', '=', from)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/**
 * Ends an order of which nothing more comes; the chain is left to the buyer's refund. A model nobody approved goes. As long
 * as nothing has left of a joint run, its other orders end with it: without one of them it cannot be run, or released.
 */
export async function closeOrder(ctx: Context, order: OrderRow, because: string): Promise<void> {
  const { order_id: orderId, state } = order
  const closed = await ctx.db.transaction().execute(async (trx) => {
    const all = await lockRun(trx, order)
    if (all.find((one) => one.order_id === orderId)?.state !== state) return []
    const isWithheld = state === 'running' || state === 'review'
    const ending = all.filter((one) => one.order_id === orderId || (isWithheld && one.state === state))
    for (const { order_id } of ending) {
      const why = order_id === orderId ? because : `order ${orderId} of its run was closed: ${because}`
      await moveOrder({ db: trx }, order_id, state, {
        state: 'closed',
        closed_because: why,
        ...(state === 'review' ? { message_key: null, message_bytes: null, cipher_root: null } : {}),
      })
      await recordAct(trx, { type: 'closed', orderId: order_id, details: { because: why } })
    }
    return ending
  })
  if (state === 'review')
    for (const { message_key } of closed) if (message_key !== null) await ctx.blobs.delete(message_key)
  for (const { order_id } of closed) ctx.log.warn({ orderId: order_id, because }, 'order closed')
}

/**
 * An order as a party sees it. Before its release slot a run is `running` for its sponsor, whatever it is: when it
 * ended would tell something about the data.
 */
export function orderDocumentOf(order: OrderRow, account: Address, now: number): OrderDocument {
  const { order_id: orderId, kind, state, receipt, receipt_signature: signature, provenance, metrics } = order
  if (isHeldBack(order, account, now)) return { orderId, kind, state: 'running' }
  const document: OrderDocument = { orderId, kind, state }
  const isThere = state !== 'running' && state !== 'review'
  if (isThere && order.message_bytes !== null) document.messageBytes = order.message_bytes
  // Who has acknowledged a model has seen its receipt, and may come back for the key.
  const isTold = state === 'done' || state === 'ready' || (state === 'marking' && order.ack !== null)
  if (!isTold || receipt === null || signature === null) return document
  const told: OrderDocument = {
    ...document,
    receipt: receiptSchema.parse(JSON.parse(receipt)),
    receiptSignature: signature,
    ...(provenance === null ? {} : { provenance: provenanceSchema.parse(JSON.parse(provenance)) }),
  }
  // How good a model is would tell whether to pay for it.
  return state !== 'done' ? told : { ...told, metrics: z.array(metricSchema).parse(JSON.parse(metrics ?? '[]')) }
}

/**
 * A run of which nobody but the maker is told yet that it is over. Of a joint run no maker is either: one of them may be
 * the sponsor, and when it ended depends on the rows of the others, too.
 */
export function isHeldBack(order: OrderRow, account: Address, now: number): boolean {
  const { kind, maker, run_id, state, release_at } = order
  return kind === 'compute' && (account !== maker || run_id !== null) && state !== 'done' && now < (release_at ?? 0)
}
